use serde::{Deserialize, Serialize};

/// The two ways to run the observatory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Deployment {
    /// Every role in one process.
    Embedded,
    /// One or several processes for each role.
    Cluster,
}
