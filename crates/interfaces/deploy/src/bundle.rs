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

    /// Writes the files below `dir`, which is only for them: all other files there, such as rules of an earlier version, are
    /// deleted.
    ///
    /// # Errors
    /// If a file cannot be written.
    pub fn write(dir: &Path) -> Result<(), DeployError> {
        for name in Self::iter() {
            let path = dir.join(name.as_ref());
            let Some(file) = Self::get(&name) else {
                continue;
            };
            create_directories(dir, Path::new(name.as_ref()))?;
            private_dir::update(&path, &file.data)?;
        }
        remove_others(dir, dir)
    }
}

/// Creates the directories of a file, readable for containers.
fn create_directories(dir: &Path, file: &Path) -> Result<(), DeployError> {
    let parents = file.ancestors().skip(1).map(|parent| dir.join(parent));
    let mut parents: Vec<_> = parents.collect();
    parents.reverse();
    for parent in parents {
        std::fs::create_dir_all(&parent)
            .and_then(|()| private_dir::set_mode(&parent, 0o755))
            .map_err(|source| file_error("write", &parent, source))?;
    }
    Ok(())
}

/// Deletes the files below `dir` that are not part of the bundle.
fn remove_others(dir: &Path, root: &Path) -> Result<(), DeployError> {
    let failed = |source| file_error("write", dir, source);
    for entry in std::fs::read_dir(dir).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.is_dir() {
            remove_others(&path, root)?;
            continue;
        }
        let name = path.strip_prefix(root).unwrap_or(&path);
        let name = name.to_string_lossy().replace('\\', "/");
        if Bundle::get(&name).is_none() {
            std::fs::remove_file(&path).map_err(failed)?;
        }
    }
    Ok(())
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
    fn files_of_an_earlier_version_are_deleted() {
        let dir = tempfile::tempdir().expect("a directory");
        let rules = dir.path().join("prometheus/rules");
        std::fs::create_dir_all(&rules).expect("created");
        std::fs::write(rules.join("old.yml"), "groups: []").expect("written");
        Bundle::write(dir.path()).expect("written");
        assert!(!rules.join("old.yml").exists());
        assert!(rules.join("observatory.yml").exists());
    }

    #[cfg(unix)]
    #[test]
    fn containers_can_enter_every_directory() {
        use std::os::unix::fs::PermissionsExt as _;
        let dir = tempfile::tempdir().expect("a directory");
        let rules = dir.path().join("prometheus/rules");
        std::fs::create_dir_all(&rules).expect("created");
        std::fs::set_permissions(&rules, std::fs::Permissions::from_mode(0o700)).expect("set");
        Bundle::write(dir.path()).expect("written");
        let mode = std::fs::metadata(&rules)
            .expect("exists")
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o755);
    }

    #[test]
    fn tests_of_rules_are_left_out() {
        assert!(Bundle::iter().all(|name| !name.contains("tests")));
        assert!(Bundle::get("prometheus/rules/observatory.yml").is_some());
    }
}
