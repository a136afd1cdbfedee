use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::Duration;

use anyhow::Context;
use odd_private_servers::{GoModule, dependent_command};

use crate::workspace::Workspace;

/// The sources of the programs.
const SOURCES: &str = "infra/k8s/test-tools";
const MODULE: &str = "k8s.io/kubernetes";
/// About 15 minutes of processor time, while other work has priority. The next build continues one that takes longer.
const BUILD_LIMIT: Duration = Duration::from_secs(40 * 60);

/// etcd and the programs of Kubernetes, in one executable.
#[derive(Debug, Clone)]
pub(crate) struct Programs {
    executable: PathBuf,
    /// The words before the executable.
    entry: Vec<OsString>,
}

impl Programs {
    /// Builds the programs, unless they were built from the same versions before.
    pub(crate) fn build(workspace: &Workspace) -> anyhow::Result<Self> {
        Self::build_from(&workspace.root)
    }

    fn build_from(root: &Path) -> anyhow::Result<Self> {
        let executable = build_module(root, "kubernetes").context(
            "cannot build Kubernetes; the first build takes about 15 minutes of processor time",
        )?;
        Ok(Self {
            executable,
            entry: Vec::new(),
        })
    }

    /// Returns the executable that contains the programs.
    pub(crate) fn executable(&self) -> &Path {
        &self.executable
    }

    /// Begins the build while other steps run. It ends with this process. [`Self::build`] waits for its end, and repeats it if
    /// it failed.
    pub(crate) fn build_in_background(workspace: &Workspace) {
        let root = workspace.root.clone();
        thread::spawn(move || drop(Self::build_from(&root)));
    }

    /// Returns the programs on another machine, with the words before them.
    pub(crate) fn inside(self, entry: Vec<OsString>) -> Self {
        Self { entry, ..self }
    }

    /// Returns a command that runs one of the programs to its end.
    pub(crate) fn command(&self, program: &str) -> Command {
        let words = self.words(program);
        let mut command = Command::new(&words[0]);
        command.args(&words[1..]);
        command
    }

    /// Returns a command for a process that ends with this one.
    pub(crate) fn server(&self, program: &str) -> Command {
        let words = self.words(program);
        let mut command = dependent_command(&words[0]);
        command.args(&words[1..]);
        command
    }

    fn words(&self, program: &str) -> Vec<OsString> {
        let mut words = self.entry.clone();
        words.extend([self.executable.clone().into_os_string(), program.into()]);
        words
    }
}

/// Builds kubeadm, which the node of a cluster of kind contains, unless it was built before.
pub(crate) fn kubeadm(workspace: &Workspace) -> anyhow::Result<PathBuf> {
    build_module(&workspace.root, "kubeadm").context("cannot build kubeadm")
}

/// Returns the version of Kubernetes, such as `v1.37.2`.
pub(crate) fn version(workspace: &Workspace) -> anyhow::Result<String> {
    version_in(&workspace.root.join(SOURCES).join("kubernetes"))
}

/// Builds a program of Kubernetes. Its version belongs into the program, which the module does not do by itself.
fn build_module(root: &Path, program: &str) -> anyhow::Result<PathBuf> {
    let folder = root.join(SOURCES).join(program);
    let version = version_in(&folder)?;
    let mut parts = version.trim_start_matches('v').split('.');
    let (major, minor) = (parts.next(), parts.next());
    let variables = [
        ("k8s.io/component-base/version.gitVersion", &*version),
        (
            "k8s.io/component-base/version.gitMajor",
            major.unwrap_or_default(),
        ),
        (
            "k8s.io/component-base/version.gitMinor",
            minor.unwrap_or_default(),
        ),
    ];
    let module = GoModule {
        folder: &folder,
        program,
        variables: &variables,
        limit: BUILD_LIMIT,
    };
    Ok(module.build()?)
}

fn version_in(folder: &Path) -> anyhow::Result<String> {
    let file = folder.join("go.mod");
    let modules =
        fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
    let version = required(&modules, MODULE);
    let version =
        version.with_context(|| format!("{} does not require {MODULE}", file.display()))?;
    Ok(version.to_owned())
}

/// Returns the version of a module that a `go.mod` requires.
fn required<'a>(modules: &'a str, module: &str) -> Option<&'a str> {
    modules.lines().find_map(|line| {
        let mut words = line.trim().trim_start_matches("require ").split(' ');
        (words.next()? == module).then(|| words.next()).flatten()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kubeadm_has_the_version_of_the_programs_that_it_configures() {
        let sources = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/..")).join(SOURCES);
        let version = |program| version_in(&sources.join(program)).expect("a version");
        assert_eq!(version("kubeadm"), version("kubernetes"));
    }

    #[test]
    fn version_of_a_module_is_that_of_its_requirement() {
        let modules = "module a\n\nrequire (\n\tk8s.io/kubernetes/more v1.0.0\n\tk8s.io/kubernetes v1.37.2\n)\n\
            replace (\n\tk8s.io/api => k8s.io/api v0.37.2\n)\n";
        assert_eq!(required(modules, MODULE), Some("v1.37.2"));
        assert_eq!(
            required("require k8s.io/kubernetes v2.0.0", MODULE),
            Some("v2.0.0")
        );
        assert_eq!(required(modules, "k8s.io/api"), Some("=>"));
        assert_eq!(required(modules, "absent"), None);
    }
}
