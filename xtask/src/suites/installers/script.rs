//! What `packaging/install.sh` installs and removes.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::ensure;

use super::account::{Account, fail, succeed};
use super::releases::{NEW, OLD, Releases, Test};

const PROGRAM: &str = ".local/bin/odd-dashboard";
const COMPLETIONS: [&str; 3] = [
    ".local/share/bash-completion/completions/odd-dashboard",
    ".local/share/zsh/site-functions/_odd-dashboard",
    ".local/share/fish/vendor_completions.d/odd-dashboard.fish",
];
const MANUAL: &str = ".local/share/man/man1";

/// What the script needs; everything else is optional.
pub(super) const NEEDED: [&str; 17] = [
    "cat", "chmod", "cp", "cut", "dirname", "getconf", "grep", "gzip", "ldd", "mkdir", "mktemp",
    "mv", "rm", "sed", "sh", "tar", "uname",
];

pub(super) const TESTS: [Test; 7] = [
    (
        "program of a folder runs, with completions and manual pages",
        from_a_folder,
    ),
    ("latest release of a server", latest_release),
    ("chosen version of a server", chosen_version),
    ("upgrade replaces everything", upgrade),
    ("provenance is verified", provenance),
    ("machine with few programs", few_programs),
    ("uninstall removes everything", uninstall),
];

/// Returns the command of the script.
pub(super) fn install(releases: &Releases, account: &Account, arguments: &[&str]) -> Command {
    let mut command = account.command("/bin/sh");
    command.arg(&releases.script).args(arguments);
    command
}

pub(super) fn from(folder: &Path) -> [&str; 2] {
    [
        "--from",
        folder.to_str().expect("temporary folders have UTF-8 names"),
    ]
}

/// Returns the version that the installed program prints.
fn installed(account: &Account) -> anyhow::Result<String> {
    let mut program = account.command(account.in_home(PROGRAM));
    let printed = succeed(program.args(["version", "--output", "name"]))?;
    Ok(printed.trim().to_owned())
}

pub(super) fn ensure_version(account: &Account, expected: &str) -> anyhow::Result<()> {
    let version = installed(account)?;
    ensure!(
        version == expected,
        "{version} is installed, not {expected}"
    );
    Ok(())
}

/// Fails if the script has left anything in the home directory, such as a part of a program.
pub(super) fn ensure_nothing(account: &Account) -> anyhow::Result<()> {
    let bin = account.in_home(".local/bin");
    let left = fs::read_dir(bin).map(Iterator::count).unwrap_or(0);
    ensure!(left == 0, "{left} files are left");
    ensure!(!account.in_home(".local/share").exists(), "files are left");
    Ok(())
}

fn from_a_folder(releases: &Releases) -> anyhow::Result<()> {
    let account = Account::new()?;
    let printed = succeed(&mut install(releases, &account, &from(&releases.real())))?;
    ensure!(printed.contains("is not in your PATH"), "{printed}");
    ensure_version(&account, &releases.version)?;
    for completion in COMPLETIONS {
        let script = fs::read_to_string(account.in_home(completion))?;
        ensure!(script.contains("odd-dashboard"), "{completion}: {script}");
    }
    let pages = fs::read_dir(account.in_home(MANUAL))?.count();
    ensure!(pages > 10, "{pages} manual pages are installed");
    Ok(())
}

fn latest_release(releases: &Releases) -> anyhow::Result<()> {
    let account = Account::new()?;
    succeed(install(releases, &account, &[]).env("ODD_INSTALL_MIRROR", &releases.mirror))?;
    ensure_version(&account, NEW)
}

fn chosen_version(releases: &Releases) -> anyhow::Result<()> {
    let mirror = ["--mirror", &releases.mirror];
    let account = Account::new()?;
    succeed(install(releases, &account, &mirror).args(["--version", OLD]))?;
    ensure_version(&account, OLD)?;
    let account = Account::new()?;
    let tag = format!("v{OLD}");
    succeed(install(releases, &account, &mirror).env("ODD_INSTALL_VERSION", tag))?;
    ensure_version(&account, OLD)
}

fn upgrade(releases: &Releases) -> anyhow::Result<()> {
    let account = Account::new()?;
    let mirror = ["--mirror", &releases.mirror];
    for version in [OLD, NEW] {
        succeed(install(releases, &account, &mirror).args(["--version", version]))?;
        ensure_version(&account, version)?;
    }
    for completion in COMPLETIONS {
        let version = fs::read_to_string(account.in_home(completion))?;
        ensure!(version == NEW, "{completion} is that of {version}");
    }
    let mut pages: Vec<_> = fs::read_dir(account.in_home(MANUAL))?
        .map(|entry| Ok(entry?.file_name()))
        .collect::<anyhow::Result<_>>()?;
    pages.sort();
    let only_new = format!("odd-dashboard-only-in-{NEW}.1");
    ensure!(pages == [only_new.as_str(), "odd-dashboard.1"], "{pages:?}");
    Ok(())
}

fn provenance(releases: &Releases) -> anyhow::Result<()> {
    let account = Account::new()?;
    let real = releases.real();
    let required = || {
        let mut command = install(releases, &account, &from(&real));
        command.args(["--provenance", "require"]);
        command
    };
    account.add_tool("gh", "exit 1")?;
    let problem = ["the workflow of odd-dashboard/odd-dashboard did not build"];
    fail(&mut required(), &problem)?;
    ensure_nothing(&account)?;
    let arguments = account.in_home("arguments");
    account.add_tool("gh", &format!("echo \"$@\" >'{}'", arguments.display()))?;
    succeed(&mut required())?;
    let arguments = fs::read_to_string(arguments)?;
    let archive = releases.platform.archive_name(&releases.version);
    let expected = format!("/{archive} --repo odd-dashboard/odd-dashboard\n");
    ensure!(arguments.starts_with("attestation verify /"), "{arguments}");
    ensure!(arguments.ends_with(&expected), "{arguments}");
    ensure_version(&account, &releases.version)?;
    let mut account = Account::new()?;
    account.keep_tools(&[&NEEDED[..], &["sha256sum"]].concat())?;
    let mut command = install(releases, &account, &from(&real));
    let problem = [
        "gh is not installed",
        "hint: install it from https://cli.github.com",
    ];
    fail(command.env("ODD_INSTALL_PROVENANCE", "require"), &problem).map(drop)
}

fn few_programs(releases: &Releases) -> anyhow::Result<()> {
    for (download, checksum) in [("curl", "openssl"), ("wget", "sha256sum")] {
        let mut account = Account::new()?;
        account.keep_tools(&[&NEEDED[..], &[download, checksum]].concat())?;
        succeed(&mut install(
            releases,
            &account,
            &["--mirror", &releases.mirror],
        ))?;
        ensure_version(&account, NEW)?;
    }
    Ok(())
}

fn uninstall(releases: &Releases) -> anyhow::Result<()> {
    let account = Account::new()?;
    succeed(&mut install(releases, &account, &from(&releases.real())))?;
    let data = account.in_home(".local/share/odd-dashboard");
    fs::create_dir(&data)?;
    let printed = succeed(&mut install(releases, &account, &["--uninstall"]))?;
    ensure!(printed.contains("Jobs and settings are kept"), "{printed}");
    ensure!(data.is_dir(), "the jobs are removed too");
    for path in [PROGRAM].into_iter().chain(COMPLETIONS) {
        ensure!(!account.in_home(path).exists(), "{path} is left");
    }
    ensure!(
        fs::read_dir(account.in_home(MANUAL))?.next().is_none(),
        "pages are left"
    );
    let problem = [
        "odd-dashboard is not installed in",
        "hint: name its folder with --dir",
    ];
    fail(&mut install(releases, &account, &["--uninstall"]), &problem).map(drop)
}
