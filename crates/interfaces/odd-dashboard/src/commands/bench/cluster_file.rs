use std::path::Path;

use odd_client::Url;
use serde::Deserialize;

use crate::failure::Failure;

/// What `cargo xtask up --cluster` writes down of a cluster that it started.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ClusterFile {
    pub(super) gateways: Vec<String>,
    pub(super) read_model: String,
    /// Every process of it: roles and servers. Each stands for its descendants as well.
    pub(super) pids: Vec<u32>,
}

impl ClusterFile {
    /// # Errors
    /// When there is no such file, or it holds something else.
    pub(super) fn read(path: &Path) -> Result<Self, Failure> {
        let unusable = |error: &dyn std::fmt::Display| {
            Failure::usage(format!("cannot read the cluster file {}", path.display()))
                .cause(error)
                .hint("`cargo xtask up --cluster` writes one, and says where")
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
        Failure::usage(format!("the cluster file holds {url:?}, which is no URL")).cause(error)
    })
}
