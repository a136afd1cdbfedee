use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, ensure};

/// The binaries of two versions, which can run in one cluster.
pub(crate) struct Versions {
    pub(crate) newer: PathBuf,
    pub(crate) older: Option<PathBuf>,
}

impl Versions {
    /// Fails unless the older binary has the roles that every version has. Without them, a cluster would run only the newer one.
    pub(crate) fn check(&self) -> anyhow::Result<()> {
        let Some(older) = &self.older else {
            return Ok(());
        };
        for role in ["gateway", "processor"] {
            ensure!(
                has_role(older, role)?,
                "{} is no earlier version: `serve {role} --help` fails",
                older.display()
            );
        }
        Ok(())
    }

    /// Returns the older binary, or the newer one if there is no older one, or if that does not have the role.
    pub(crate) fn oldest_with(&self, role: &str) -> anyhow::Result<&Path> {
        match &self.older {
            Some(older) if has_role(older, role)? => Ok(older),
            _ => Ok(&self.newer),
        }
    }
}

fn has_role(binary: &Path, role: &str) -> anyhow::Result<bool> {
    let status = Command::new(binary)
        .args(["serve", role, "--help"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .with_context(|| format!("cannot start {}", binary.display()))?;
    Ok(status.success())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns versions whose older binary is a script.
    fn versions(folder: &Path, script: &str) -> Versions {
        let older = folder.join("older");
        // Another process writes the script: Linux does not execute a file that this process has open, which a child of a
        // test that runs in parallel might inherit.
        let written = Command::new("sh")
            .args(["-c", r#"printf '#!/bin/sh\n%s' "$1" > "$0"; chmod +x "$0""#])
            .args([older.as_os_str(), script.as_ref()])
            .status();
        assert!(written.is_ok_and(|status| status.success()));
        Versions {
            newer: "newer".into(),
            older: Some(older),
        }
    }

    #[test]
    fn role_that_only_the_newer_version_has_runs_its_binary() {
        let folder = tempfile::tempdir().expect("a folder");
        let versions = versions(folder.path(), r#"[ "$*" = "serve gateway --help" ]"#);
        let oldest = |role| versions.oldest_with(role).expect("it starts").to_owned();
        assert_eq!(Some(oldest("gateway")), versions.older);
        assert_eq!(oldest("web"), versions.newer);
    }

    #[test]
    fn binary_without_the_first_roles_is_no_earlier_version() {
        let folder = tempfile::tempdir().expect("a folder");
        assert!(versions(folder.path(), "true").check().is_ok());
        let error = versions(folder.path(), r#"[ "$2" = gateway ]"#).check();
        let error = error.expect_err("no processor").to_string();
        assert!(error.contains("serve processor --help"), "{error}");
    }

    #[test]
    fn missing_older_binary_is_an_error() {
        let versions = Versions {
            newer: "newer".into(),
            older: Some("/nonexistent/older".into()),
        };
        assert!(versions.oldest_with("gateway").is_err());
    }
}
