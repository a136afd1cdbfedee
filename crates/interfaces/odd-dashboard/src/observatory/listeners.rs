use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use tokio::net::TcpListener;

use crate::failure::Failure;
use crate::settings::Addresses;

/// The roles of the embedded deployment, in the order in which they are announced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RoleName {
    Gateway,
    ReadModel,
    Processor,
    MetricsEngine,
}

impl RoleName {
    pub(crate) const ALL: [Self; 4] = [
        Self::Gateway,
        Self::ReadModel,
        Self::Processor,
        Self::MetricsEngine,
    ];

    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Gateway => "gateway",
            Self::ReadModel => "read-model",
            Self::Processor => "processor",
            Self::MetricsEngine => "metrics-engine",
        }
    }

    /// The role of this name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == name)
    }

    const fn variable(self) -> &'static str {
        match self {
            Self::Gateway => "ODD_GATEWAY_ADDR",
            Self::ReadModel => "ODD_READ_MODEL_ADDR",
            Self::Processor => "ODD_PROCESSOR_ADDR",
            Self::MetricsEngine => "ODD_METRICS_ENGINE_ADDR",
        }
    }

    pub(crate) fn address(self, addresses: &Addresses) -> SocketAddr {
        match self {
            Self::Gateway => addresses.gateway,
            Self::ReadModel => addresses.read_model,
            Self::Processor => addresses.processor,
            Self::MetricsEngine => addresses.metrics_engine,
        }
    }
}

/// A bound socket per role, in the order of [`RoleName::ALL`].
pub(crate) struct Listeners([TcpListener; 4]);

impl Listeners {
    /// Binds every address, before anything else is touched.
    ///
    /// # Errors
    /// When one cannot be had; the message says which variable moves it.
    pub(crate) async fn bind(addresses: &Addresses) -> Result<Self, Failure> {
        let [gateway, read_model, processor, metrics_engine] = RoleName::ALL;
        Ok(Self([
            bind(gateway, addresses).await?,
            bind(read_model, addresses).await?,
            bind(processor, addresses).await?,
            bind(metrics_engine, addresses).await?,
        ]))
    }

    /// Where each role can be called from this machine.
    pub(crate) fn urls(&self) -> Result<Vec<(RoleName, String)>, Failure> {
        RoleName::ALL
            .into_iter()
            .zip(&self.0)
            .map(|(role, listener)| Ok((role, url(listener.local_addr()?))))
            .collect()
    }

    pub(crate) fn into_array(self) -> [TcpListener; 4] {
        self.0
    }
}

/// Binds the address of one role.
///
/// # Errors
/// When it cannot be had; the message says which variable moves it.
pub(crate) async fn bind(role: RoleName, addresses: &Addresses) -> Result<TcpListener, Failure> {
    let address = role.address(addresses);
    TcpListener::bind(address).await.map_err(|error| {
        Failure::failed(format!("the {} cannot listen on {address}", role.as_str()))
            .cause(error)
            .hint(format!(
                "set {} to another address, or to port 0 for a free one",
                role.variable()
            ))
    })
}

/// Where a role can be called from this machine.
pub(crate) fn url(address: SocketAddr) -> String {
    let ip = match address.ip() {
        ip if !ip.is_unspecified() => ip,
        IpAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
    };
    format!("http://{}", SocketAddr::new(ip, address.port()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_can_be_called_from_this_machine() {
        for (address, expected) in [
            ("127.0.0.1:3000", "http://127.0.0.1:3000"),
            ("0.0.0.0:3000", "http://127.0.0.1:3000"),
            ("[::]:3000", "http://[::1]:3000"),
        ] {
            assert_eq!(url(address.parse().expect("an address")), expected);
        }
    }
}
