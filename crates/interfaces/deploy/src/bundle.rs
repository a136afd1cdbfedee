use std::path::Path;

use rust_embed::RustEmbed;
use sha2::{Digest as _, Sha256};

use crate::DeployError;
use crate::private_dir::{self, file_error};

/// The configuration of every service that runs in containers: the directory `infra` of the repository, without what only its
/// tests use.
#[derive(RustEmbed)]
#[folder = "../../../infra"]
#[include = "compose/*"]
#[include = "k8s/base/*"]
#[include = "k8s/components/*"]
#[include = "k8s/overlays/*"]
#[include = "alertmanager/*"]
#[include = "grafana/dashboards/*"]
#[include = "grafana/provisioning/*"]
#[include = "grafana/kustomization.yaml"]
#[include = "otel/*"]
#[include = "pgadmin/*"]
#[include = "prometheus/*.yml"]
#[include = "prometheus/kustomization.yaml"]
#[include = "prometheus/rules/*"]
#[include = "rabbitmq/*"]
#[include = "redis/*"]
#[exclude = "prometheus/tests/*"]
pub struct Bundle;

impl Bundle {
    /// Returns a text that changes when one of the files changes.
    pub fn fingerprint() -> String {
        let mut names: Vec<_> = Self::iter().collect();
        names.sort();
        let mut hasher = Sha256::new();
        for name in names {
            hasher.update(name.as_bytes());
            hasher.update(
                Self::get(&name)
                    .map(|file| file.metadata.sha256_hash())
                    .unwrap_or_default(),
            );
        }
        let digest = hasher.finalize();
        digest[..8]
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect()
    }

    /// Writes the files below `dir`. Files of an earlier version with the same names are replaced.
    ///
    /// # Errors
    /// If a file cannot be written.
    pub fn write(dir: &Path) -> Result<(), DeployError> {
        for name in Self::iter() {
            let path = dir.join(name.as_ref());
            let Some(file) = Self::get(&name) else {
                continue;
            };
            if let Some(parent) = path.parent() {
                std::fs::create_dir_all(parent)
                    .map_err(|source| file_error("write", parent, source))?;
            }
            private_dir::update(&path, &file.data)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_that_compose_mounts_is_written() {
        let dir = tempfile::tempdir().expect("a directory");
        Bundle::write(dir.path()).expect("written");
        let services = dir.path().join("compose/services.yaml");
        let services = std::fs::read_to_string(services).expect("part of the bundle");
        let mut mounts = 0;
        for line in services.lines() {
            let Some(mount) = line.split("- ../").nth(1).or(line.split("\"../").nth(1)) else {
                continue;
            };
            let source = mount.split(':').next().expect("a path");
            assert!(dir.path().join(source).exists(), "{source} is not written");
            mounts += 1;
        }
        assert!(mounts >= 8, "{mounts} mounts were found");
    }

    #[test]
    fn tests_of_rules_are_left_out() {
        assert!(Bundle::iter().all(|name| !name.contains("tests")));
        assert!(Bundle::get("prometheus/rules/observatory.yml").is_some());
    }
}
