use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, bail};
use serde_json::Value;

use super::manifests::label;
use super::programs::Programs;

/// A client of one cluster.
#[derive(Debug, Clone)]
pub(crate) struct Kubectl {
    programs: Programs,
    /// The folder of its configuration, cache and input.
    folder: PathBuf,
    configuration: PathBuf,
}

/// What a command printed, and whether it succeeded.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) output: String,
    pub(crate) errors: String,
    pub(crate) success: bool,
}

impl Kubectl {
    /// A client that reads and writes files in `folder`.
    pub(crate) fn new(programs: &Programs, folder: &Path) -> Self {
        Self {
            programs: programs.clone(),
            folder: folder.to_owned(),
            configuration: folder.join("admin.kubeconfig"),
        }
    }

    /// Returns the path of its configuration file, which [`super::ControlPlane`] writes.
    pub(crate) fn configuration(&self) -> &Path {
        &self.configuration
    }

    /// Runs a command, whether or not it succeeds.
    pub(crate) fn ask(&self, arguments: &[&str]) -> anyhow::Result<Answer> {
        let output = self.command(arguments).output();
        let output = output.context("cannot start kubectl")?;
        // The errors name files in the folder.
        let folder = format!("{}/", self.folder.display());
        let text = |bytes: &[u8]| {
            String::from_utf8_lossy(bytes)
                .trim_end()
                .replace(&folder, "")
        };
        Ok(Answer {
            output: text(&output.stdout),
            errors: text(&output.stderr),
            success: output.status.success(),
        })
    }

    /// Runs a command and returns its standard output.
    pub(crate) fn run(&self, arguments: &[&str]) -> anyhow::Result<String> {
        let answer = self.ask(arguments)?;
        if !answer.success {
            bail!(
                "`kubectl {}` failed:\n{}",
                arguments.join(" "),
                answer.errors
            );
        }
        Ok(answer.output)
    }

    /// Applies objects in their order on the side of the server, which refuses unknown fields. A warning is an error, too.
    pub(crate) fn apply(&self, objects: &[Value]) -> anyhow::Result<Answer> {
        let files = self.write(objects)?;
        let arguments = ["apply", "--server-side", "--warnings-as-errors"];
        self.ask(&[&arguments[..], &["--validate=strict", "--filename", &files]].concat())
    }

    /// Asks the server whether it would create the objects.
    pub(crate) fn try_create(&self, objects: &[Value]) -> anyhow::Result<Answer> {
        let files = self.write(objects)?;
        self.ask(&[
            "create",
            "--dry-run=server",
            "--validate=strict",
            "--filename",
            &files,
        ])
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.programs.command("kubectl");
        if !waits(arguments) {
            command.arg("--request-timeout=30s");
        }
        command
            .args(arguments)
            .env("KUBECONFIG", &self.configuration)
            .env("KUBECACHEDIR", self.folder.join("cache"))
            .stdin(Stdio::null());
        command
    }

    /// Writes a file for each object, so that errors name the object. Returns their folder.
    fn write(&self, objects: &[Value]) -> anyhow::Result<String> {
        let folder = tempfile::Builder::new()
            .prefix("manifests-")
            .disable_cleanup(true)
            .tempdir_in(&self.folder)
            .context("cannot create a folder for manifests")?;
        let folder = folder.path();
        for (number, object) in objects.iter().enumerate() {
            // They are read in the order of their names.
            let name = format!("{number:03}-{}.json", label(object).replace('/', "-"));
            fs::write(folder.join(&name), object.to_string())
                .with_context(|| format!("cannot write {name}"))?;
        }
        Ok(folder.display().to_string())
    }
}

/// Returns `true` for commands whose requests last until the cluster has changed. They have time limits of their own.
fn waits(arguments: &[&str]) -> bool {
    arguments.contains(&"wait")
        || arguments
            .windows(2)
            .any(|pair| pair == ["rollout", "status"])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_commands_that_wait_have_requests_without_a_limit() {
        assert!(waits(&["-n", "a", "rollout", "status", "deployment/b"]));
        assert!(waits(&["wait", "--for=delete", "pod/a"]));
        assert!(!waits(&["-n", "a", "rollout", "restart", "deployment/b"]));
        assert!(!waits(&["get", "pods", "-o", "jsonpath={.status}"]));
    }
}
