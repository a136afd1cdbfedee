//! The compiled program, and the archive that contains it.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{bail, ensure};
use regex::bytes::Regex;

use super::archive::Archive;
use super::file::read;
use super::platform::Platform;
use super::product::{NAME, add_notices};
use crate::workspace::{Profile, Workspace};
use crate::{process, web_pages};

/// Shells, and the name of their completions in the archive.
const COMPLETIONS: [(&str, &str); 5] = [
    ("bash", "odd-dashboard.bash"),
    ("elvish", "odd-dashboard.elv"),
    ("fish", "odd-dashboard.fish"),
    ("powershell", "odd-dashboard.ps1"),
    ("zsh", "_odd-dashboard"),
];

/// Without it, a script from the `fpath` of zsh completes nothing the first time.
const ZSH_AUTOLOAD: &str = r#"
# The first completion runs this file as a function, the later ones run the function above.
if [[ $funcstack[1] == _odd-dashboard ]]; then
    $_comps[odd-dashboard] "$@"
fi
"#;

/// Where the completions and the manual pages are in the archive.
pub(super) const COMPLETIONS_FOLDER: &str = "completions";
pub(super) const MANUAL_FOLDER: &str = "man";

/// Builds the pages of the web dashboard and the program, with its dependencies listed in it if `cargo-auditable` is
/// installed.
///
/// # Errors
/// If a step fails, or if the files differ from the commit, which the program reports.
pub(crate) fn build(workspace: &Workspace, platform: &Platform) -> anyhow::Result<PathBuf> {
    let git = |args: &[&str]| {
        let mut git = Command::new("git");
        let output = process::output(git.current_dir(&workspace.root).args(args));
        output.map(|output| output.trim().to_owned())
    };
    let changes = git(&["status", "--porcelain"])?;
    if !changes.is_empty() {
        bail!("commit these changes first, because the program reports its commit:\n{changes}");
    }
    web_pages::build(workspace)?;
    let is_auditable = process::is_installed("cargo-auditable", &["auditable", "--version"]);
    if !is_auditable {
        eprintln!(
            "The program will not list its dependencies: that needs `cargo install --locked cargo-auditable`."
        );
    }
    let mut cargo = match is_auditable {
        true => {
            let mut cargo = workspace.cargo("auditable");
            cargo.arg("build");
            cargo
        }
        false => workspace.cargo("build"),
    };
    cargo
        .args(["--profile", Profile::DIST.name(), "--locked"])
        .args([
            "--package",
            NAME,
            "--bin",
            NAME,
            "--target",
            platform.triple,
        ])
        .env(
            "ODD_BUILD_COMMIT",
            git(&["rev-parse", "--short=12", "HEAD"])?,
        )
        .env("SOURCE_DATE_EPOCH", git(&["log", "-1", "--format=%ct"])?);
    process::run(&mut cargo)?;
    let target = workspace.metadata.target_directory.join(platform.triple);
    let folder = target.join(Profile::DIST.name()).into_std_path_buf();
    Ok(folder.join(platform.program_name()))
}

/// Checks that a program is what the release says. It is not run, because it may be for another system.
///
/// # Errors
/// If it has another version, or was built for another platform.
pub(crate) fn verify(binary: &Path, version: &str, platform: &Platform) -> anyhow::Result<()> {
    let escaped = regex::escape(version);
    let line = format!(r"{escaped} \(commit \S+, rustc \S+, {}\)", platform.triple);
    let is_right = Regex::new(&line)?.is_match(&read(binary)?);
    ensure!(
        is_right,
        "{} is not odd-dashboard {version} for {}; build it again",
        binary.display(),
        platform.triple
    );
    Ok(())
}

/// Returns the archive for one platform: the program, its completions and manual pages, and the licences. `runnable` is the
/// program for this machine, which writes those files.
pub(crate) fn package(
    workspace: &Workspace,
    binary: &Path,
    runnable: &Path,
    platform: &Platform,
    version: &str,
) -> anyhow::Result<Archive> {
    let mut archive = Archive::new(platform.folder_name(version));
    archive.add_program(platform.program_name(), read(binary)?);
    for (shell, name) in COMPLETIONS {
        let mut script = process::output(&mut run(runnable, &["completions", shell]))?;
        if shell == "zsh" {
            script.push_str(ZSH_AUTOLOAD);
        }
        archive.add(format!("{COMPLETIONS_FOLDER}/{name}"), script);
    }
    let pages = tempfile::tempdir()?;
    process::output(run(runnable, &["man", "--dir"]).arg(pages.path()))?;
    for page in super::checksums::file_names(pages.path())? {
        archive.add(
            format!("{MANUAL_FOLDER}/{page}"),
            read(&pages.path().join(&page))?,
        );
    }
    add_notices(workspace, &mut archive)?;
    Ok(archive)
}

/// Returns a command of the program without the settings of this user.
fn run(binary: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(binary);
    crate::service_process::ignore_user_configuration(&mut command);
    command.args(args);
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn program_with_another_version_or_platform_is_refused() {
        let file = tempfile::NamedTempFile::new().expect("a file");
        let content = b"\0\xff1.2.3 (commit 0f1e2d, rustc 1.95.0, x86_64-pc-windows-msvc)\0";
        std::fs::write(file.path(), content).expect("written");
        let verify = |version, triple| {
            let platform = Platform::find(triple).expect("supported");
            super::verify(file.path(), version, platform)
        };
        assert!(verify("1.2.3", "x86_64-pc-windows-msvc").is_ok());
        let error = verify("1.2.4", "x86_64-pc-windows-msvc").expect_err("another version");
        assert!(error.to_string().contains("is not odd-dashboard 1.2.4 for"));
        assert!(verify("1.2.3", "x86_64-apple-darwin").is_err());
    }
}
