use std::collections::BTreeMap;
use std::net::SocketAddr;

use anyhow::Context;
use odd_private_servers::FaultProxy;

/// The fault proxies between one role and the servers, by the name of the server.
pub(crate) struct Proxies(BTreeMap<&'static str, FaultProxy>);

impl Proxies {
    /// Opens a proxy to each of the servers, which are given by name and address.
    pub(super) fn open(
        servers: impl Iterator<Item = (&'static str, SocketAddr)>,
    ) -> anyhow::Result<Self> {
        let proxies = servers.map(|(name, address)| Ok((name, FaultProxy::to(address)?)));
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
