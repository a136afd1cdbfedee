use std::collections::{BTreeMap, BTreeSet};

/// A service, as one of the deployments describes it.
#[derive(Debug, Default)]
pub(super) struct Service {
    pub(super) image: String,
    pub(super) ports: BTreeSet<u16>,
    /// The environment of its container.
    pub(super) variables: BTreeMap<String, String>,
}

/// The services of a deployment, by name.
pub(super) type Services = BTreeMap<String, Service>;
