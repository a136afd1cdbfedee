use std::sync::Arc;

use odd_contracts::Producer;
use uuid::Uuid;

/// Who a running role is.
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
    /// A role of this build, with a fresh instance id.
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

    /// The same, as events name it.
    pub fn producer(&self) -> Arc<Producer> {
        Arc::new(Producer {
            service: self.service.to_owned(),
            instance_id: self.instance_id.clone(),
            version: self.version.clone(),
        })
    }
}
