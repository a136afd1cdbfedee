//! Node.js, and the npm projects of the repository, installed from their lock files into scratch folders.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, ensure};

use crate::process;
use crate::workspace::Workspace;

/// The oldest version of Node.js that the tools of the pages support: major and minor.
pub(crate) const OLDEST_NODE: &str = "20.19";
const INSTALL_LIMIT: Duration = Duration::from_secs(300);

/// A copy of an npm project with its dependencies.
pub(crate) struct NodeProject {
    folder: PathBuf,
}

impl NodeProject {
    /// Copies the files of a project into the scratch folder `name` and installs its dependencies. Those of an earlier run
    /// are used if the lock file has not changed. No script of a package is run.
    ///
    /// # Errors
    /// If npm is missing, or the installation fails.
    pub(crate) fn install(workspace: &Workspace, source: &str, name: &str) -> anyhow::Result<Self> {
        require()?;
        let folder = workspace.scratch(name)?;
        let source = workspace.root.join(source);
        let is_installed =
            is_equal(&source, &folder, "package-lock.json") && folder.join("node_modules").is_dir();
        for entry in fs::read_dir(&source).context("cannot list the npm project")? {
            let entry = entry?;
            if entry.file_type()?.is_file() {
                fs::copy(entry.path(), folder.join(entry.file_name()))?;
            }
        }
        if !is_installed {
            let mut install = Command::new("npm");
            install
                .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"])
                .current_dir(&folder);
            if let Err(error) = process::run_within(&mut install, INSTALL_LIMIT) {
                // A partial installation must not be used by the next run.
                fs::remove_file(folder.join("package-lock.json"))?;
                return Err(error);
            }
        }
        Ok(Self { folder })
    }

    /// Writes a file of the copy.
    pub(crate) fn write(&self, name: &str, text: &str) -> anyhow::Result<()> {
        let path = self.folder.join(name);
        fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))
    }

    /// Returns a command that runs a program of the dependencies in the copy.
    pub(crate) fn command(&self, program: &str) -> Command {
        let mut command = Command::new(self.folder.join("node_modules/.bin").join(program));
        command.current_dir(&self.folder);
        command
    }
}

/// Checks that Node.js and npm are installed.
///
/// # Errors
/// If one is missing or too old. The message names the commands that install them.
pub(crate) fn require() -> anyhow::Result<()> {
    ensure!(
        is_available(),
        "Node.js {OLDEST_NODE} or newer with npm is needed\n\
         Debian, Ubuntu: apt-get install nodejs npm\n\
         Fedora: dnf install nodejs\n\
         macOS: brew install node\n\
         Windows: winget install OpenJS.NodeJS"
    );
    Ok(())
}

/// Returns `true` if Node.js and npm are installed and recent.
pub(crate) fn is_available() -> bool {
    let version = Command::new("node").arg("--version").output();
    let version = version.map(|output| String::from_utf8_lossy(&output.stdout).into_owned());
    version.is_ok_and(|version| is_recent(&version)) && process::is_installed("npm", &["--version"])
}

/// Returns `true` for versions as `node --version` prints them, such as `v20.20.2`, from [`OLDEST_NODE`] on.
fn is_recent(version: &str) -> bool {
    let numbers = |version: &str| -> Vec<u32> {
        let parts = version.trim().trim_start_matches('v').split('.');
        parts.map_while(|part| part.parse().ok()).collect()
    };
    numbers(version) >= numbers(OLDEST_NODE)
}

fn is_equal(one: &Path, other: &Path, name: &str) -> bool {
    let read = |folder: &Path| fs::read(folder.join(name)).ok();
    read(one).is_some() && read(one) == read(other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn node_has_to_be_recent() {
        assert!(
            ["v20.19.0\n", "v20.20.2", "v24.0.0"]
                .into_iter()
                .all(is_recent)
        );
        for old in ["v18.20.4\n", "v20.9.0", "v20", "", "not found"] {
            assert!(!is_recent(old), "{old}");
        }
    }
}
