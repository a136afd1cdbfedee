use std::net::SocketAddr;
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
    /// Receives the webhooks of Alertmanager instead of the addresses in its configuration.
    pub(crate) webhook: Option<SocketAddr>,
    /// Connects each role to the servers through its own fault proxies.
    pub(crate) proxies: bool,
    /// The binary of an earlier version, which runs the roles that it has.
    pub(crate) older: Option<PathBuf>,
    /// Additional environment variables for every role.
    pub(crate) settings: Vec<(String, String)>,
}
