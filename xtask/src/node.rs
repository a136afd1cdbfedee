//! npm projects of the repository, installed from their lock files into scratch folders.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, bail};

use crate::process;
use crate::workspace::Workspace;

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
        if !process::is_installed("npm", &["--version"]) {
            bail!(
                "Node.js 20 or newer with npm is needed\n\
                 Debian, Ubuntu: apt-get install nodejs npm\n\
                 Fedora: dnf install nodejs\n\
                 macOS: brew install node\n\
                 Windows: winget install OpenJS.NodeJS"
            );
        }
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

fn is_equal(one: &Path, other: &Path, name: &str) -> bool {
    let read = |folder: &Path| fs::read(folder.join(name)).ok();
    read(one).is_some() && read(one) == read(other)
}
