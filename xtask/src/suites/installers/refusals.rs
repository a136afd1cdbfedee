//! What `packaging/install.sh` refuses, without leaving anything.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use anyhow::ensure;

use super::account::{Account, fail, succeed};
use super::releases::{NEW, OLD, Releases, Test, works};
use super::script::{NEEDED, ensure_nothing, ensure_version, from, install};

pub(super) const TESTS: [Test; 13] = [
    ("damaged archive is refused", damaged_archive),
    ("archive that the release lists but lacks", missing_archive),
    ("version that does not exist", missing_version),
    ("platform without a build", unsupported_platform),
    ("platforms are detected", platforms),
    ("folder that cannot be written", unwritable_folder),
    (
        "program that does not run keeps the old one",
        broken_program,
    ),
    ("unsafe sources are refused", unsafe_sources),
    ("machine without a download program", no_download_program),
    ("wget that is not safe", unsafe_wget),
    ("machine without a checksum program", no_checksum_program),
    ("incomplete script does nothing", incomplete_script),
    ("wrong options are refused", wrong_options),
];

fn damaged_archive(releases: &Releases) -> anyhow::Result<()> {
    let account = Account::new()?;
    let release = releases.custom(&works(NEW))?;
    let archive = release.path().join(releases.platform.archive_name(NEW));
    let mut bytes = fs::read(&archive)?;
    bytes[20] ^= 1;
    fs::write(&archive, bytes)?;
    let problem = ["is damaged or forged", "hint: nothing was installed"];
    fail(
        &mut install(releases, &account, &from(release.path())),
        &problem,
    )?;
    ensure_nothing(&account)
}

fn missing_archive(releases: &Releases) -> anyhow::Result<()> {
    let account = Account::new()?;
    let release = releases.custom(&works(NEW))?;
    fs::remove_file(release.path().join(releases.platform.archive_name(NEW)))?;
    let problem = [
        "error: cannot get",
        ".tar.gz",
        "hint: the release lists this file",
    ];
    fail(
        &mut install(releases, &account, &from(release.path())),
        &problem,
    )?;
    ensure_nothing(&account)
}

fn missing_version(releases: &Releases) -> anyhow::Result<()> {
    let account = Account::new()?;
    let mut command = install(releases, &account, &["--mirror", &releases.mirror]);
    let problem = [
        "/download/v7.9.9/SHA256SUMS",
        "hint: check that this release exists",
    ];
    fail(command.args(["--version", "7.9.9"]), &problem)?;
    let real = releases.real();
    let mut command = install(releases, &account, &from(&real));
    let archive = releases.platform.archive_name(&releases.version);
    fail(
        command.args(["--version", "7.9.9"]),
        &["has no odd-dashboard 7.9.9", &archive],
    )?;
    ensure_nothing(&account)
}

fn unsupported_platform(releases: &Releases) -> anyhow::Result<()> {
    let account = Account::new()?;
    let problem = [
        "there is no build for FreeBSD on riscv64",
        "hint: with Rust",
        "cargo install",
    ];
    account.add_tool(
        "uname",
        r#"case $1 in -s) echo FreeBSD ;; *) echo riscv64 ;; esac"#,
    )?;
    fail(
        &mut install(releases, &account, &from(&releases.real())),
        &problem,
    )?;
    account.add_tool(
        "uname",
        r#"case $1 in -s) echo MINGW64_NT-10.0 ;; *) echo x86_64 ;; esac"#,
    )?;
    let problem = ["hint: use install.ps1"];
    fail(
        &mut install(releases, &account, &from(&releases.real())),
        &problem,
    )?;
    ensure_nothing(&account)
}

/// The script names the platform for which the release has no build.
fn platforms(releases: &Releases) -> anyhow::Result<()> {
    let account = Account::new()?;
    let empty = tempfile::tempdir_in(releases.real())?;
    fs::set_permissions(empty.path(), fs::Permissions::from_mode(0o755))?;
    fs::write(empty.path().join("SHA256SUMS"), "")?;
    let glibc = "echo 'ldd (GNU libc) 2.36'";
    let musl = "echo 'musl libc (x86_64)' >&2; exit 1";
    for (system, machine, ldd, translated, expected) in [
        ("Linux", "x86_64", glibc, 0, "x86_64-unknown-linux-gnu"),
        ("Linux", "x86_64", musl, 0, "x86_64-unknown-linux-musl"),
        ("Linux", "aarch64", glibc, 0, "aarch64-unknown-linux-gnu"),
        ("Linux", "arm64", musl, 0, "aarch64-unknown-linux-musl"),
        ("Darwin", "x86_64", "exit 127", 0, "x86_64-apple-darwin"),
        ("Darwin", "x86_64", "exit 127", 1, "aarch64-apple-darwin"),
        ("Darwin", "arm64", "exit 127", 0, "aarch64-apple-darwin"),
    ] {
        let uname = format!("case $1 in -s) echo {system} ;; *) echo {machine} ;; esac");
        account.add_tool("uname", &uname)?;
        account.add_tool("ldd", ldd)?;
        account.add_tool("getconf", "echo 64")?;
        account.add_tool("sysctl", &format!("echo {translated}"))?;
        let problem = format!("has no odd-dashboard for {expected}\n");
        fail(
            &mut install(releases, &account, &from(empty.path())),
            &[&problem],
        )?;
    }
    account.add_tool(
        "uname",
        "case $1 in -s) echo Linux ;; *) echo aarch64 ;; esac",
    )?;
    account.add_tool("getconf", "echo 32")?;
    let problem = "there is no build for Linux on aarch64";
    fail(
        &mut install(releases, &account, &from(empty.path())),
        &[problem],
    )
    .map(drop)
}

fn unwritable_folder(releases: &Releases) -> anyhow::Result<()> {
    let account = Account::new()?;
    let folder = tempfile::tempdir()?;
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o555))?;
    let name = folder.path().to_str().expect("UTF-8");
    let problem = format!("cannot write to {name}\nhint: choose a folder of yours with --dir");
    let real = releases.real();
    let mut command = install(releases, &account, &from(&real));
    fail(command.args(["--dir", name]), &[&problem])?;
    ensure!(
        fs::read_dir(folder.path())?.next().is_none(),
        "it contains files"
    );
    ensure_nothing(&account)
}

fn broken_program(releases: &Releases) -> anyhow::Result<()> {
    let account = Account::new()?;
    let mirror = ["--mirror", &releases.mirror, "--version", OLD];
    succeed(&mut install(releases, &account, &mirror))?;
    let broken = releases.custom("#!/bin/sh\necho 'GLIBC_2.99 not found' >&2\nexit 1\n")?;
    let other = releases.custom(&works(OLD))?;
    for (release, problem) in [(&broken, "GLIBC_2.99 not found"), (&other, OLD)] {
        let problem = ["does not run on this machine", problem, "hint: "];
        fail(
            &mut install(releases, &account, &from(release.path())),
            &problem,
        )?;
        ensure_version(&account, OLD)?;
        let files = fs::read_dir(account.in_home(".local/bin"))?.count();
        ensure!(files == 1, "{files} files are in the folder of the program");
    }
    Ok(())
}

fn unsafe_sources(releases: &Releases) -> anyhow::Result<()> {
    let account = Account::new()?;
    for source in [
        "http://example.com/x",
        "ftp://127.0.0.1/x",
        "http://127.0.0.1.example.com/x",
        "http://127.0.0.1:80@example.com/x",
        "http://localhost:80:90/x",
        "http://localhost:/x",
        "http://[::1]example.com/x",
        "http://localhost?/x",
        "https://github.com@example.com/x",
        "https:///x",
    ] {
        let problem = ["is not safe to install from", "hint: use https://"];
        fail(
            &mut install(releases, &account, &["--from", source]),
            &problem,
        )?;
    }
    let problem = ["there is no folder /nowhere"];
    fail(
        &mut install(releases, &account, &["--from", "/nowhere"]),
        &problem,
    )?;
    ensure_nothing(&account)
}

fn no_download_program(releases: &Releases) -> anyhow::Result<()> {
    let mut account = Account::new()?;
    account.keep_tools(&NEEDED)?;
    let problem = ["neither curl nor wget", "hint: install one of them"];
    fail(
        &mut install(releases, &account, &["--mirror", &releases.mirror]),
        &problem,
    )?;
    ensure_nothing(&account)
}

/// One that does not verify certificates, and one that follows a redirect to plain HTTP.
fn unsafe_wget(releases: &Releases) -> anyhow::Result<()> {
    let mut account = Account::new()?;
    account.keep_tools(&NEEDED)?;
    let source = ["--from", "https://127.0.0.1:1"];
    account.add_tool("wget", "exit 1")?;
    let problem = ["cannot download safely", "hint: install curl"];
    fail(&mut install(releases, &account, &source), &problem)?;
    account.add_tool(
        "wget",
        "case $1 in --version) echo 'GNU Wget 1.21' ;; *) echo '  Location: http://127.0.0.1:1/a' >&2 ;; esac",
    )?;
    let problem = ["SHA256SUMS redirects to plain HTTP", "error: cannot get"];
    fail(&mut install(releases, &account, &source), &problem)?;
    ensure_nothing(&account)
}

fn no_checksum_program(releases: &Releases) -> anyhow::Result<()> {
    let mut account = Account::new()?;
    account.keep_tools(&NEEDED)?;
    let problem = ["none of sha256sum, shasum and openssl", "hint: install one"];
    fail(
        &mut install(releases, &account, &from(&releases.real())),
        &problem,
    )?;
    ensure_nothing(&account)
}

fn incomplete_script(releases: &Releases) -> anyhow::Result<()> {
    let account = Account::new()?;
    let script = fs::read_to_string(&releases.script)?;
    let lines: Vec<_> = script.lines().collect();
    for length in (0..lines.len()).step_by(20) {
        let part = account.in_home("part.sh");
        fs::write(&part, lines[..length].join("\n"))?;
        let mut command = account.command("/bin/sh");
        command.arg(&part).args(from(&releases.real())).output()?;
        ensure_nothing(&account)?;
    }
    Ok(())
}

fn wrong_options(releases: &Releases) -> anyhow::Result<()> {
    let account = Account::new()?;
    for (arguments, problem) in [
        (&["--verison", "1.0.0"][..], "unknown option '--verison'"),
        (&["--version"][..], "--version needs a value"),
        (&["--version", "../x"][..], "'../x' is not a version"),
        (
            &["--provenance", "no"][..],
            "'no' is not a value of --provenance",
        ),
    ] {
        fail(
            &mut install(releases, &account, arguments),
            &[problem, "hint: "],
        )?;
    }
    let help = succeed(&mut install(releases, &account, &["--help"]))?;
    ensure!(help.contains("Usage: install.sh"), "{help}");
    ensure_nothing(&account)
}
