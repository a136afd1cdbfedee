use serde::{Deserialize, Serialize};

/// The user interfaces of the system: the shape of `contracts/ui-registry.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UiRegistry {
    /// SemVer version of the registry.
    pub version: String,
    /// In display order.
    pub uis: Vec<UiEntry>,
}

/// One user interface.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UiEntry {
    /// A stable id for programs: letters, digits and `-`.
    pub id: String,
    /// The display name.
    pub name: String,
    /// One sentence for people.
    pub description: String,
    /// The purpose.
    pub category: UiCategory,
    /// The default URL, http or https.
    pub url: String,
    /// The deployments that contain it.
    pub deployments: Vec<UiDeployment>,
}

/// The purpose of a user interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum UiCategory {
    /// Jobs and events.
    Observatory,
    /// The HTTP interfaces and their documents.
    Api,
    /// Metrics and alerts.
    Monitoring,
    /// Stores and brokers.
    Storage,
}

/// A kind of deployment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum UiDeployment {
    /// Everything in one process.
    Embedded,
    /// Containers of Docker Compose.
    Compose,
    /// A Kubernetes cluster.
    Kubernetes,
}

/// The response of `/ui-registry`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UiRegistryAnswer {
    /// The source of the registry.
    pub source: UiRegistrySource,
    /// Why the configured file is not used, if it is not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// The registry.
    pub registry: UiRegistry,
}

/// The source of a registry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UiRegistrySource {
    /// From this build; no file was configured.
    BuiltIn,
    /// From the configured file.
    File,
    /// From this build, because the configured file cannot be used.
    Fallback,
}
