use std::collections::BTreeMap;

use anyhow::Context;
use odd_private_servers::FaultProxy;

use crate::cluster::Backends;

/// The fault proxies between one role and the servers, by the name of the server.
pub(crate) struct Proxies(BTreeMap<&'static str, FaultProxy>);

impl Proxies {
    /// Opens a proxy to each running server.
    pub(super) fn open(backends: &Backends) -> anyhow::Result<Self> {
        let servers = backends.servers();
        let proxies = servers.map(|server| Ok((server.name, FaultProxy::to(server.address)?)));
        proxies.collect::<anyhow::Result<_>>().map(Self)
    }

    pub(super) fn get(&self, server: &str) -> Option<&FaultProxy> {
        self.0.get(server)
    }

    /// Returns the proxy to a server.
    pub(crate) fn to(&mut self, server: &str) -> anyhow::Result<&mut FaultProxy> {
        let proxy = self.0.get_mut(server);
        proxy.with_context(|| format!("there is no proxy to {server}"))
    }
}
