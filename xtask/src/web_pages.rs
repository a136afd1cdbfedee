//! The pages of the web dashboard, which the binary contains: built by npm from `web/` into `web/dist`.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, SystemTime};

use anyhow::Context;
use odd_private_servers::chromium;

use crate::node::{self, OLDEST_NODE};
use crate::process;
use crate::workspace::Workspace;

const INSTALL_LIMIT: Duration = Duration::from_secs(300);
const BUILD_LIMIT: Duration = Duration::from_secs(300);
const PICTURES_LIMIT: Duration = Duration::from_secs(300);

/// Folders that are no sources: what npm, the build and the tests write.
const OUTPUTS: [&str; 5] = [
    "node_modules",
    "dist",
    "coverage",
    "test-results",
    "playwright-report",
];

/// Builds the pages if their sources have changed. Without Node.js, says in one line how to get them, and continues: the
/// binary then shows the same.
///
/// # Errors
/// If the build fails.
pub(crate) fn build_if_possible(workspace: &Workspace) -> anyhow::Result<()> {
    let has_sources = workspace.root.join("web/package.json").is_file();
    if !has_sources || is_current(workspace)? {
        return Ok(());
    }
    if !node::is_available() {
        eprintln!(
            "The web dashboard is not built: that needs Node.js {OLDEST_NODE} or newer with npm, then `cargo xtask web`."
        );
        return Ok(());
    }
    build(workspace)
}

/// Builds the pages, even if they are current.
///
/// # Errors
/// If Node.js is missing, or the build fails.
pub(crate) fn build(workspace: &Workspace) -> anyhow::Result<()> {
    install(workspace)?;
    process::run_within(&mut npm_run(workspace, "build"), BUILD_LIMIT)
}

/// Installs the npm packages of the pages, unless those of the lock file are installed. No script of a package is run.
///
/// # Errors
/// If Node.js is missing, or the installation fails.
pub(crate) fn install(workspace: &Workspace) -> anyhow::Result<()> {
    node::require()?;
    let folder = workspace.root.join("web");
    if is_installed(&folder) {
        return Ok(());
    }
    let mut install = Command::new("npm");
    install
        .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"])
        .current_dir(&folder);
    process::run_within(&mut install, INSTALL_LIMIT)
}

/// Writes the pictures of the documentation to `docs/images/web`: the pages of this binary with the fixed data of the tests.
///
/// # Errors
/// If Node.js or Chromium is missing, or a page does not load.
pub(crate) fn take_pictures(workspace: &Workspace, binary: &Path) -> anyhow::Result<()> {
    let mut command = browser_script(workspace, "screens")?;
    process::run_within(command.env("ODD_BINARY", binary), PICTURES_LIMIT)
}

/// Returns the command that runs a script of `web/package.json` in a browser.
///
/// # Errors
/// If Node.js or Chromium is missing.
pub(crate) fn browser_script(workspace: &Workspace, script: &str) -> anyhow::Result<Command> {
    install(workspace)?;
    let browser = chromium().context("the pages need Chromium")?;
    let mut command = npm_run(workspace, script);
    command.env("ODD_CHROMIUM", browser);
    Ok(command)
}

/// Returns the command that runs a script of `web/package.json`.
pub(crate) fn npm_run(workspace: &Workspace, script: &str) -> Command {
    let mut command = Command::new("npm");
    command
        .args(["run", script])
        .current_dir(workspace.root.join("web"));
    command
}

/// Returns `true` if the dependencies are those of the lock file. npm writes its own copy last.
fn is_installed(folder: &Path) -> bool {
    let lock = modified(&folder.join("package-lock.json"));
    let installed = modified(&folder.join("node_modules/.package-lock.json"));
    lock.is_some() && lock <= installed
}

/// Returns `true` if the pages are newer than all files from which they are built.
fn is_current(workspace: &Workspace) -> anyhow::Result<bool> {
    let Some(built) = modified(&workspace.root.join("web/dist/index.html")) else {
        return Ok(false);
    };
    for sources in ["web", "contracts"] {
        if newest(&workspace.root.join(sources))? > Some(built) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Returns when the newest source file under a folder was changed.
fn newest(folder: &Path) -> anyhow::Result<Option<SystemTime>> {
    let mut newest = None;
    let entries = fs::read_dir(folder);
    for entry in entries.with_context(|| format!("cannot list {}", folder.display()))? {
        let entry = entry?;
        let is_output = OUTPUTS.iter().any(|name| entry.file_name() == *name);
        let found = match entry.file_type()? {
            _ if is_output => None,
            kind if kind.is_dir() => self::newest(&entry.path())?,
            _ => modified(&entry.path()),
        };
        newest = newest.max(found);
    }
    Ok(newest)
}

fn modified(file: &Path) -> Option<SystemTime> {
    fs::metadata(file)
        .and_then(|metadata| metadata.modified())
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outputs_are_no_sources() {
        let folder = tempfile::tempdir().expect("a folder");
        let write = |name: &str| {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().expect("a folder")).expect("created");
            fs::write(&path, name).expect("written");
            path
        };
        let source = write("src/app.ts");
        let before = newest(folder.path()).expect("readable");
        assert_eq!(before, modified(&source));
        for output in OUTPUTS {
            let file = fs::File::open(write(&format!("{output}/x"))).expect("opened");
            let later = SystemTime::now() + Duration::from_secs(60);
            file.set_modified(later).expect("changed");
        }
        assert_eq!(newest(folder.path()).expect("readable"), before);
    }
}
