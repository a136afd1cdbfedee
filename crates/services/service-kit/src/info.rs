use std::sync::Arc;

use odd_contracts::Producer;
use uuid::Uuid;

/// Identity of a running role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceInfo {
    /// The role, for example `gateway`.
    pub service: &'static str,
    /// SemVer version of the build.
    pub version: String,
    /// The commit it was built from, or `unknown`.
    pub commit: String,
    /// Unique per process and role.
    pub instance_id: String,
}

impl ServiceInfo {
    /// Creates the identity of a role of this build, with a new instance id.
    pub fn new(
        service: &'static str,
        version: impl Into<String>,
        commit: impl Into<String>,
    ) -> Self {
        Self {
            service,
            version: version.into(),
            commit: commit.into(),
            instance_id: Uuid::new_v4().to_string(),
        }
    }

    /// Returns the identity as events contain it.
    pub fn producer(&self) -> Arc<Producer> {
        Arc::new(Producer {
            service: self.service.to_owned(),
            instance_id: self.instance_id.clone(),
            version: self.version.clone(),
        })
    }
}
