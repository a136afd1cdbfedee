use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

/// A copy of `infra/` with the secrets that a deployment adds.
pub(super) struct InfraCopy(TempDir);

impl InfraCopy {
    pub(super) fn new() -> Self {
        let copy = Self(tempfile::tempdir().expect("a folder"));
        copy_folder(&repository_infra(), copy.0.path());
        let secrets = copy.0.path().join("prometheus/secrets");
        fs::create_dir(&secrets).expect("the repository contains no secrets");
        fs::write(secrets.join("read-token"), "secret").expect("writable");
        copy
    }

    pub(super) fn path(&self) -> &Path {
        self.0.path()
    }

    /// Returns the configuration of Prometheus for a deployment.
    pub(super) fn prometheus(&self, deployment: &str) -> PathBuf {
        let name = format!("prometheus/prometheus.{deployment}.yml");
        self.path().join(name)
    }
}

/// Returns the folder `infra` of the repository.
pub(super) fn repository_infra() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../infra")
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("writable");
    for entry in fs::read_dir(from).expect("a folder").flatten() {
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        match from.is_dir() {
            true => copy_folder(&from, &to),
            false => drop(fs::copy(&from, &to).expect("writable")),
        }
    }
}

/// Runs a program to its end and returns its standard output.
pub(super) fn output(program: &Path, arguments: &[&OsStr]) -> String {
    let output = Command::new(program).args(arguments).output();
    let output = output.expect("it can be started");
    let (stdout, stderr) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    assert!(
        output.status.success(),
        "{program:?} {arguments:?}: {stdout}\n{stderr}"
    );
    stdout.into_owned()
}
