use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use tokio::net::TcpListener;

use crate::failure::Failure;
use crate::role_name::RoleName;
use crate::settings::Addresses;

/// One bound socket for each role, in the order of [`RoleName::ALL`].
pub(crate) struct Listeners([TcpListener; 4]);

impl Listeners {
    /// Binds every address.
    ///
    /// # Errors
    /// When an address cannot be bound; the message names the variable that sets it.
    pub(crate) async fn bind(addresses: &Addresses) -> Result<Self, Failure> {
        let [gateway, read_model, processor, metrics_engine] = RoleName::ALL;
        Ok(Self([
            bind(gateway, addresses).await?,
            bind(read_model, addresses).await?,
            bind(processor, addresses).await?,
            bind(metrics_engine, addresses).await?,
        ]))
    }

    /// Returns the URL of each role, as seen from this machine.
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
/// When it cannot be bound; the message names the variable that sets it.
pub(crate) async fn bind(role: RoleName, addresses: &Addresses) -> Result<TcpListener, Failure> {
    let address = addresses.of(role);
    TcpListener::bind(address).await.map_err(|error| {
        Failure::failed(format!("the {} cannot listen on {address}", role.as_str()))
            .cause(error)
            .hint(format!(
                "stop the program that uses the address, which may be another observatory; or set {} to another \
                 address, or to port 0 for a free one",
                role.address_variable()
            ))
    })
}

/// Returns the URL of a role, as seen from this machine.
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
    fn urls_are_reachable_from_this_machine() {
        for (address, expected) in [
            ("127.0.0.1:3000", "http://127.0.0.1:3000"),
            ("0.0.0.0:3000", "http://127.0.0.1:3000"),
            ("[::]:3000", "http://[::1]:3000"),
        ] {
            assert_eq!(url(address.parse().expect("an address")), expected);
        }
    }
}
