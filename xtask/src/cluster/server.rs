use std::net::SocketAddr;

use odd_private_servers::{Engine, Kind, Server};

/// A running server. The names are those of the nemesis protocol.
pub(crate) struct ServerInfo {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    pub(crate) address: SocketAddr,
    /// The id of the main process, or `None` while the server is stopped.
    pub(crate) pid: Option<u32>,
}

impl ServerInfo {
    pub(super) fn new<E: Engine>(name: &'static str, server: &Server<E>) -> Self {
        Self {
            name,
            kind: E::KIND,
            address: server.address(),
            pid: server.pid(),
        }
    }
}

/// Requests the server to shut down, if it is running.
pub(super) fn begin_stop<E: Engine>(server: &mut Server<E>) {
    // It fails only if the server is not running.
    let _not_running = server.begin_stop();
}
