//! The npm packages, installed from their files without a registry.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _};
use std::os::unix::process::ExitStatusExt as _;
use std::process::{Child, Command, Stdio};

use anyhow::{Context, ensure};
use rustix::process::{Pid, Signal, kill_process};

use super::account::{Account, fail, succeed};
use super::releases::{Releases, Test};
use crate::dist::npm::{file_name, platform_file_name};

pub(super) const TESTS: [Test; 6] = [
    ("npm package runs the program", runs_the_program),
    ("exit codes are passed on", exit_codes),
    ("package of the platform is missing", missing_platform),
    ("platform without a package", unsupported_platform),
    ("program of the user", own_program),
    ("signals are passed on", signals),
];

/// Installs the main package, and that of this platform on request.
fn install(releases: &Releases, account: &Account, with_platform: bool) -> anyhow::Result<()> {
    let mut npm = account.command("npm");
    npm.args([
        "install",
        "--offline",
        "--no-audit",
        "--no-fund",
        "--prefix",
        ".",
    ]);
    npm.arg(releases.real().join(file_name(&releases.version)));
    match with_platform {
        true => npm.arg(
            releases
                .real()
                .join(platform_file_name(releases.platform, &releases.version)),
        ),
        false => npm.arg("--omit=optional"),
    };
    succeed(&mut npm).map(drop)
}

fn launcher(account: &Account, arguments: &[&str]) -> Command {
    let mut command = account.command(account.in_home("node_modules/.bin/odd-dashboard"));
    command.args(arguments);
    command
}

fn runs_the_program(releases: &Releases) -> anyhow::Result<()> {
    let account = Account::new()?;
    install(releases, &account, true)?;
    let printed = succeed(&mut launcher(&account, &["version", "--output", "name"]))?;
    ensure!(printed.trim() == releases.version, "it printed {printed}");
    Ok(())
}

fn exit_codes(releases: &Releases) -> anyhow::Result<()> {
    let account = Account::new()?;
    install(releases, &account, true)?;
    let output = launcher(&account, &["no-such-command"]).output()?;
    ensure!(
        output.status.code() == Some(2),
        "it ended with {}",
        output.status
    );
    Ok(())
}

fn missing_platform(releases: &Releases) -> anyhow::Result<()> {
    let account = Account::new()?;
    install(releases, &account, false)?;
    let problem = [
        "error: the package @odd-dashboard/",
        "is not installed",
        "hint: install again without --omit=optional",
    ];
    fail(&mut launcher(&account, &["version"]), &problem).map(drop)
}

fn unsupported_platform(releases: &Releases) -> anyhow::Result<()> {
    let account = Account::new()?;
    install(releases, &account, false)?;
    let preload = account.in_home("preload.js");
    fs::write(
        &preload,
        "Object.defineProperty(process, 'arch', { value: 'ppc64' });",
    )?;
    let mut command = launcher(&account, &["version"]);
    command.env("NODE_OPTIONS", format!("--require {}", preload.display()));
    let problem = [
        "there is no build of odd-dashboard for",
        "-ppc64",
        "darwin-arm64, ",
        "set ODD_BINARY",
    ];
    fail(&mut command, &problem).map(drop)
}

fn own_program(releases: &Releases) -> anyhow::Result<()> {
    let account = Account::new()?;
    install(releases, &account, false)?;
    account.add_tool("own", "echo \"own: $*\"")?;
    let mut command = launcher(&account, &["a b", "c"]);
    let printed = succeed(command.env("ODD_BINARY", account.in_home("tools/own")))?;
    ensure!(printed == "own: a b c\n", "it printed {printed}");
    let mut command = launcher(&account, &["version"]);
    let problem = ["cannot start /nowhere", "hint: correct ODD_BINARY"];
    fail(command.env("ODD_BINARY", "/nowhere"), &problem).map(drop)
}

/// A program that answers SIGTERM with an exit code of its own, and another one that does not.
fn signals(releases: &Releases) -> anyhow::Result<()> {
    let account = Account::new()?;
    install(releases, &account, false)?;
    let program = |handler: &str| {
        let script = format!(
            "exec python3 -c 'import signal, sys; {handler}; print(\"ready\", flush=True); sys.stdin.read()'"
        );
        account.add_tool("own", &script)
    };
    program("signal.signal(signal.SIGTERM, lambda *_: sys.exit(7))")?;
    let status = terminate(start(&account)?)?;
    ensure!(status.code() == Some(7), "it ended with {status}");
    program("pass")?;
    let status = terminate(start(&account)?)?;
    ensure!(
        status.signal() == Some(Signal::TERM.as_raw()),
        "it ended with {status}"
    );
    Ok(())
}

/// Starts the launcher, and waits until its program is ready.
fn start(account: &Account) -> anyhow::Result<Child> {
    let mut child = launcher(account, &[])
        .env("ODD_BINARY", account.in_home("tools/own"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    let mut line = String::new();
    let output = child.stdout.as_mut().context("its output is piped")?;
    BufReader::new(output).read_line(&mut line)?;
    ensure!(line == "ready\n", "it printed `{line}`");
    Ok(child)
}

fn terminate(mut child: Child) -> anyhow::Result<std::process::ExitStatus> {
    kill_process(Pid::from_child(&child), Signal::TERM)?;
    let mut rest = String::new();
    child
        .stdout
        .take()
        .context("its output is piped")?
        .read_to_string(&mut rest)?;
    Ok(child.wait()?)
}
