use std::collections::BTreeMap;

use anyhow::Context;
use odd_private_servers::FaultProxy;

use crate::cluster::Backends;

/// The servers, as the hands of the referee name them.
const SERVERS: [&str; 4] = ["postgres", "rabbitmq", "redis", "mongo"];

/// The ways from one role to the servers.
pub(crate) struct Links(BTreeMap<&'static str, FaultProxy>);

impl Links {
    /// One to each server that runs.
    pub(super) fn open(backends: &Backends) -> anyhow::Result<Self> {
        let mut links = BTreeMap::new();
        for server in SERVERS {
            if let Some(address) = backends.address(server) {
                links.insert(server, FaultProxy::to(address)?);
            }
        }
        Ok(Self(links))
    }

    pub(super) fn get(&self, server: &str) -> Option<&FaultProxy> {
        self.0.get(server)
    }

    /// The way to a server.
    pub(crate) fn to(&mut self, server: &str) -> anyhow::Result<&mut FaultProxy> {
        let link = self.0.get_mut(server);
        link.with_context(|| format!("no link leads to {server}"))
    }
}
