use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::files::Files;
use super::snapshot::{List, Snapshot};
use super::tools::Tools;
use super::{DEFAULT_NAME, Image};
use crate::docker::QUESTION_LIMIT;
use crate::program::Program;
use crate::{Credentials, DeployError, kubernetes_secrets};

/// The namespace of the manifests.
pub const NAMESPACE: &str = "observatory";

/// How long the API server may take to accept all manifests, and the nodes to be deleted.
const CHANGE_LIMIT: Duration = Duration::from_secs(180);

/// How long the node of a new cluster may take to become ready.
const NODE_READY: &str = "180s";

/// A cluster of kind, and its files in a directory of its own.
#[derive(Debug)]
pub struct Cluster {
    tools: Tools,
    name: String,
    files: Files,
}

/// A node of the cluster.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Node {
    /// Its name.
    pub name: String,
    /// Whether pods can run on it.
    pub is_ready: bool,
}

impl Cluster {
    /// Finds the programs that control the cluster, which may not exist yet.
    ///
    /// # Errors
    /// If one of them is missing, or the engine does not answer.
    pub async fn find(name: &str, dir: &Path) -> Result<Self, DeployError> {
        Ok(Self {
            tools: Tools::find().await?,
            name: name.to_owned(),
            files: Files::in_dir(dir),
        })
    }

    /// Returns `true` if the cluster exists.
    ///
    /// # Errors
    /// If kind fails.
    pub async fn exists(&self) -> Result<bool, DeployError> {
        let output = self.kind(["get", "clusters"], QUESTION_LIMIT).await?;
        Ok(output.lines().any(|line| line.trim() == self.name))
    }

    /// Reads the passwords; generates them for a new cluster.
    ///
    /// # Errors
    /// If a file cannot be read or written, or the passwords of a cluster that exists are missing.
    pub async fn credentials(&self) -> Result<Credentials, DeployError> {
        let secrets = self.files.secrets();
        let path = Credentials::path(&secrets);
        if !path.exists() && self.exists().await? {
            return Err(DeployError::LostPasswords {
                path,
                delete: self.command("down"),
            });
        }
        self.files.create()?;
        Credentials::open(&secrets)
    }

    /// Creates the cluster, unless it exists.
    ///
    /// # Errors
    /// If kind fails, or takes too long.
    pub async fn create(&self, node_image: &str, limit: Duration) -> Result<(), DeployError> {
        if self.exists().await? {
            return self.connect().await;
        }
        let config = self.files.write_cluster(node_image)?;
        let kubeconfig = self.files.kubeconfig();
        let arguments = [
            "create",
            "cluster",
            "--name",
            &self.name,
            "--config",
            &config.to_string_lossy(),
            "--kubeconfig",
            &kubeconfig.to_string_lossy(),
            "--wait",
            NODE_READY,
        ];
        self.kind(arguments, limit).await.map(drop)
    }

    /// Writes the file that gives access to the cluster.
    ///
    /// # Errors
    /// If kind fails.
    pub async fn connect(&self) -> Result<(), DeployError> {
        self.files.create()?;
        let kubeconfig = self.files.kubeconfig();
        let arguments = [
            "export",
            "kubeconfig",
            "--name",
            &self.name,
            "--kubeconfig",
            &kubeconfig.to_string_lossy(),
        ];
        self.kind(arguments, QUESTION_LIMIT).await.map(drop)
    }

    /// Returns `true` if the local engine has the image.
    pub async fn has_image(&self, image: &str) -> bool {
        let arguments = ["image", "inspect", "--format", "{{.Id}}", image];
        let answer = self.tools.docker.run(arguments, QUESTION_LIMIT).await;
        answer.is_ok()
    }

    /// Copies images of the local engine to the nodes that do not have them. Layers that they share are copied once.
    ///
    /// # Errors
    /// If the engine does not have one of them.
    pub async fn load(&self, images: &[&str], limit: Duration) -> Result<(), DeployError> {
        if images.is_empty() {
            return Ok(());
        }
        let name = ["--name", &self.name];
        let arguments = [&["load", "docker-image"], images, &name].concat();
        self.kind(arguments, limit).await.map(drop)
    }

    /// Applies the Secrets and every manifest. `image` replaces the released image of the roles.
    ///
    /// # Errors
    /// If a file cannot be written, or the cluster refuses a manifest.
    pub async fn apply(
        &self,
        credentials: &Credentials,
        image: Option<&Image>,
    ) -> Result<(), DeployError> {
        let directory = self.files.write_manifests(image)?;
        let namespace = self.files.namespace();
        self.apply_from("--filename", &namespace.to_string_lossy(), "")
            .await?;
        // On standard input: other users can see arguments.
        let secrets = kubernetes_secrets(credentials, NAMESPACE).to_string();
        self.apply_from("--filename", "-", &secrets).await?;
        self.apply_from("--kustomize", &directory.to_string_lossy(), "")
            .await
    }

    /// Applies as the owner of every field, so that a change by hand does not stop the next start.
    async fn apply_from(&self, option: &str, source: &str, input: &str) -> Result<(), DeployError> {
        let arguments = [
            "apply",
            "--server-side",
            "--force-conflicts",
            option,
            source,
        ];
        let kubectl = self.kubectl();
        kubectl
            .run_with_input(arguments, input, CHANGE_LIMIT)
            .await
            .map(drop)
    }

    /// Returns what runs in the cluster.
    ///
    /// # Errors
    /// If the cluster does not answer.
    pub async fn snapshot(&self) -> Result<Snapshot, DeployError> {
        let arguments = [
            "get",
            "deployments,statefulsets,pods",
            "--namespace",
            NAMESPACE,
            "--output",
            "json",
        ];
        let list: List = self.kubectl().json(&arguments, QUESTION_LIMIT).await?;
        Ok(list.into())
    }

    /// Returns the nodes.
    ///
    /// # Errors
    /// If the cluster does not answer.
    pub async fn nodes(&self) -> Result<Vec<Node>, DeployError> {
        let arguments = ["get", "nodes", "--output", "json"];
        let list: NodeList = self.kubectl().json(&arguments, QUESTION_LIMIT).await?;
        Ok(list.items.into_iter().map(Node::from).collect())
    }

    /// Deletes the cluster with its data, and its files with the passwords.
    ///
    /// # Errors
    /// If kind fails, or a file cannot be deleted.
    pub async fn delete(&self) -> Result<(), DeployError> {
        let kubeconfig = self.files.kubeconfig();
        let arguments = [
            "delete",
            "cluster",
            "--name",
            &self.name,
            "--kubeconfig",
            &kubeconfig.to_string_lossy(),
        ];
        self.kind(arguments, CHANGE_LIMIT).await?;
        self.files.remove()
    }

    /// Returns the directory of the secrets.
    pub fn secrets_dir(&self) -> PathBuf {
        self.files.secrets()
    }

    /// Returns the directory for what failed checks leave behind.
    pub fn artifacts_dir(&self) -> PathBuf {
        self.files.artifacts()
    }

    /// Returns the file that gives access to the cluster.
    pub fn kubeconfig(&self) -> PathBuf {
        self.files.kubeconfig()
    }

    /// Returns the command of `odd-dashboard` that does something with this cluster.
    pub fn command(&self, action: &str) -> String {
        match self.name == DEFAULT_NAME {
            true => format!("odd-dashboard cluster {action}"),
            false => format!("odd-dashboard cluster {action} --name {}", self.name),
        }
    }

    pub(super) fn kubectl(&self) -> Program {
        let kubeconfig = self.files.kubeconfig();
        let kubectl = self.tools.kubectl.clone();
        kubectl
            .argument("--kubeconfig")
            .argument(kubeconfig.to_string_lossy())
            .argument("--context")
            .argument(format!("kind-{}", self.name))
    }

    async fn kind<'a>(
        &self,
        arguments: impl IntoIterator<Item = &'a str>,
        limit: Duration,
    ) -> Result<String, DeployError> {
        self.tools.kind.run(arguments, limit).await
    }
}

#[derive(Debug, Deserialize)]
struct NodeList {
    items: Vec<NodeObject>,
}

#[derive(Debug, Deserialize)]
struct NodeObject {
    metadata: NodeMetadata,
    #[serde(default)]
    status: NodeStatus,
}

#[derive(Debug, Deserialize)]
struct NodeMetadata {
    name: String,
}

#[derive(Debug, Default, Deserialize)]
struct NodeStatus {
    #[serde(default)]
    conditions: Vec<NodeCondition>,
}

#[derive(Debug, Deserialize)]
struct NodeCondition {
    #[serde(rename = "type")]
    name: String,
    status: String,
}

impl From<NodeObject> for Node {
    fn from(object: NodeObject) -> Self {
        let is_met = |it: &NodeCondition| it.name == "Ready" && it.status == "True";
        Self {
            name: object.metadata.name,
            is_ready: object.status.conditions.iter().any(is_met),
        }
    }
}
