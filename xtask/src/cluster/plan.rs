use std::path::PathBuf;

/// The options of a cluster.
#[derive(Default)]
pub(crate) struct Plan {
    /// Archives events in MongoDB.
    pub(crate) archive: bool,
    /// Lets the roles listen at their default ports, where commands find them, instead of free ones.
    pub(crate) default_ports: bool,
    /// The folder `infra` of the repository: starts Prometheus and Alertmanager with the configuration in it.
    pub(crate) monitoring: Option<PathBuf>,
    /// Connects each role to the servers through its own fault proxies.
    pub(crate) proxies: bool,
    /// Additional environment variables for every role.
    pub(crate) settings: Vec<(String, String)>,
}
