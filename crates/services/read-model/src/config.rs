use std::path::PathBuf;

use odd_contracts::{UiDeployment, UiUrl};
use odd_service_kit::HttpConfig;

/// The settings of a read model.
#[derive(Debug, Clone)]
pub struct Config {
    /// The HTTP interface.
    pub http: HttpConfig,
    /// The services that `/services` lists, in that order. Default: none.
    pub services: Vec<ServiceEndpoint>,
    /// Base URL of an Alertmanager, for example `http://127.0.0.1:9093`. Default: none.
    pub alertmanager_url: Option<String>,
    /// A file that replaces the built-in registry of interfaces. Default: none.
    pub ui_registry: Option<PathBuf>,
    /// The kind of deployment: only its interfaces are shown. Default: unknown, and all are shown.
    pub deployment: Option<UiDeployment>,
    /// Where interfaces are that are not at their default URLs. Default: none.
    pub ui_urls: Vec<UiUrl>,
    /// Largest number of open event streams; further requests get 429. Default 256.
    pub max_event_streams: usize,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            http: HttpConfig::default(),
            services: Vec::new(),
            alertmanager_url: None,
            ui_registry: None,
            deployment: None,
            ui_urls: Vec::new(),
            max_event_streams: 256,
        }
    }
}

/// The address of a service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceEndpoint {
    /// The role, for example `gateway`.
    pub name: String,
    /// Base URL, for example `http://127.0.0.1:3000`.
    pub url: String,
}
