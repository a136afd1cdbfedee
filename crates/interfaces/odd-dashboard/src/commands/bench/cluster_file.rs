use std::path::Path;

use odd_client::Url;
use serde::Deserialize;

use crate::failure::Failure;

/// The description that `cargo xtask up --cluster` writes of the cluster that it started.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ClusterFile {
    pub(super) gateways: Vec<String>,
    pub(super) read_model: String,
    /// The processes of roles and servers; their descendants are counted too.
    pub(super) pids: Vec<u32>,
}

impl ClusterFile {
    /// # Errors
    /// When the file cannot be read, or has another format.
    pub(super) fn read(path: &Path) -> Result<Self, Failure> {
        let unusable = |error: &dyn std::fmt::Display| {
            Failure::usage(format!("cannot read the cluster file {}", path.display()))
                .cause(error)
                .hint("`cargo xtask up --cluster` writes this file, and prints its path")
        };
        let text = std::fs::read_to_string(path).map_err(|error| unusable(&error))?;
        serde_json::from_str(&text).map_err(|error| unusable(&error))
    }

    pub(super) fn gateways(&self) -> Result<Vec<Url>, Failure> {
        self.gateways.iter().map(|url| parse(url)).collect()
    }

    pub(super) fn read_model(&self) -> Result<Url, Failure> {
        parse(&self.read_model)
    }
}

fn parse(url: &str) -> Result<Url, Failure> {
    Url::parse(url).map_err(|error| {
        Failure::usage(format!(
            "the cluster file contains {url:?}, which is not a URL"
        ))
        .cause(error)
    })
}
