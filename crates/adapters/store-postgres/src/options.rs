use std::collections::BTreeMap;

use odd_contracts::RetryOverride;
use odd_core::{NewJob, RetryPolicy};
use serde::{Deserialize, Serialize};

/// The column `options`: what few submissions say. Never changes.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Options {
    /// Where it is not the default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) retry: Option<RetryPolicy>,
    /// As submitted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) retry_override: Option<RetryOverride>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) tags: Vec<String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) metadata: BTreeMap<String, String>,
}

impl Options {
    /// What `new` says; nothing where it says nothing.
    pub(crate) fn of(new: &NewJob) -> Option<Self> {
        let options = Self {
            retry: (new.retry != RetryPolicy::default()).then_some(new.retry),
            retry_override: new.retry_override.clone(),
            tags: new.tags.clone(),
            metadata: new.metadata.clone(),
        };
        (options != Self::default()).then_some(options)
    }
}
