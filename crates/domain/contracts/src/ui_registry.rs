use serde::{Deserialize, Serialize};

/// The interfaces that somebody can open: the shape of `contracts/ui-registry.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UiRegistry {
    /// SemVer version of the registry.
    pub version: String,
    /// In the order in which they are shown.
    pub uis: Vec<UiEntry>,
}

/// One interface.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UiEntry {
    /// Stable, for programs: letters, digits, `-`.
    pub id: String,
    /// For people.
    pub name: String,
    /// One sentence.
    pub description: String,
    /// What it is for.
    pub category: UiCategory,
    /// Where it is unless configured otherwise; http or https.
    pub url: String,
    /// Where it comes with.
    pub deployments: Vec<UiDeployment>,
}

/// What an interface is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum UiCategory {
    /// Jobs and events.
    Observatory,
    /// Documents of the HTTP interfaces.
    Api,
    /// Metrics and alerts.
    Monitoring,
    /// Stores and brokers.
    Storage,
}

/// A way to run the observatory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum UiDeployment {
    /// Everything in one process.
    Embedded,
    /// docker compose.
    Compose,
    /// Kubernetes.
    Kubernetes,
}

/// What `/ui-registry` answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UiRegistryAnswer {
    /// Where the registry comes from.
    pub source: UiRegistrySource,
    /// Why a configured file was passed over, when one was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// The registry.
    pub registry: UiRegistry,
}

/// Where a registry comes from.
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
