//! The installers and the npm package on a new user account: without root, without files in its home directory, and without
//! any other network than the loopback interface.

mod account;
mod npm;
mod refusals;
mod releases;
mod script;

use anyhow::Context;
use odd_private_servers::ensure_programs;

use self::releases::Releases;
use crate::process;
use crate::python::Python;
use crate::tally::Count;
use crate::workspace::Workspace;

/// What the tests start in addition to [`script::NEEDED`], and the Debian packages.
const PROGRAMS: [(&str, &str); 8] = [
    ("curl", "curl"),
    ("wget", "wget"),
    ("openssl", "openssl"),
    ("sha256sum", "coreutils"),
    ("strip", "binutils"),
    ("python3", "python3"),
    ("node", "nodejs"),
    ("npm", "npm"),
];

/// Runs every test with the binary of [`Workspace::build_all`].
pub(crate) fn run(workspace: &Workspace) -> anyhow::Result<Count> {
    ensure_programs(&PROGRAMS)?;
    let shellcheck = Python::find()?.environment(workspace, "installers")?;
    let mut command = std::process::Command::new(shellcheck.program("shellcheck"));
    process::run(command.arg(workspace.root.join("packaging/install.sh")))?;
    let releases = Releases::new(workspace).context("cannot prepare the releases")?;
    let mut count = Count::ONE;
    for (name, test) in script::TESTS
        .iter()
        .chain(&refusals::TESTS)
        .chain(&npm::TESTS)
    {
        match test(&releases) {
            Ok(()) => {
                println!("{name}: ok");
                count.passed += 1;
            }
            Err(error) => {
                println!("{name}: FAILED: {error:#}");
                count.failed += 1;
            }
        }
    }
    Ok(count)
}
