use std::path::{Path, PathBuf};

use serde_json::json;

use super::Image;
use crate::private_dir::{self, file_error};
use crate::{Bundle, DeployError};

/// The files of a cluster, in a directory of their own.
#[derive(Debug, Clone)]
pub(super) struct Files(PathBuf);

impl Files {
    pub(super) fn in_dir(dir: &Path) -> Self {
        Self(dir.to_owned())
    }

    /// The credentials for the cluster. The configuration of the user's own clusters is never changed.
    pub(super) fn kubeconfig(&self) -> PathBuf {
        self.0.join("kubeconfig")
    }

    pub(super) fn secrets(&self) -> PathBuf {
        self.0.join("secrets")
    }

    pub(super) fn artifacts(&self) -> PathBuf {
        self.0.join("gate")
    }

    pub(super) fn namespace(&self) -> PathBuf {
        self.0.join("infra/k8s/base/namespace.yaml")
    }

    /// Writes the description of the cluster, and returns its path.
    pub(super) fn write_cluster(&self, node_image: &str) -> Result<PathBuf, DeployError> {
        let cluster = json!({
            "kind": "Cluster",
            "apiVersion": "kind.x-k8s.io/v1alpha4",
            "nodes": [{"role": "control-plane", "image": node_image}],
        });
        self.write("kind.yaml", &cluster)
    }

    /// Writes the manifests of this version, and returns the directory to apply.
    pub(super) fn write_manifests(&self, image: Option<&Image>) -> Result<PathBuf, DeployError> {
        Bundle::write(&self.0.join("infra"))?;
        let Some(image) = image else {
            return Ok(self.0.join("infra/k8s/overlays/kind"));
        };
        let overlay = json!({
            "apiVersion": "kustomize.config.k8s.io/v1beta1",
            "kind": "Kustomization",
            "resources": ["../infra/k8s/overlays/kind"],
            "images": [image.replacement()],
        });
        let path = self.write("overlay/kustomization.yaml", &overlay)?;
        Ok(path.parent().unwrap_or(&self.0).to_owned())
    }

    /// Creates the directory, which only its owner can enter.
    pub(super) fn create(&self) -> Result<(), DeployError> {
        private_dir::create(&self.0)
    }

    /// Deletes everything, with the passwords.
    pub(super) fn remove(&self) -> Result<(), DeployError> {
        match std::fs::remove_dir_all(&self.0) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(file_error("delete", &self.0, error))
            }
            _ => Ok(()),
        }
    }

    /// JSON is also YAML.
    fn write(&self, name: &str, content: &serde_json::Value) -> Result<PathBuf, DeployError> {
        let path = self.0.join(name);
        if let Some(parent) = path.parent() {
            private_dir::create(parent)?;
        }
        private_dir::update(&path, content.to_string().as_bytes())?;
        Ok(path)
    }
}
