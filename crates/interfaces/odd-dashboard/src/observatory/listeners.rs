use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use tokio::net::TcpListener;

use crate::failure::Failure;
use crate::role_name::RoleName;
use crate::settings::{Addresses, PTY_METRICS_ADDR};

/// The bound sockets of every role.
pub(crate) struct Listeners {
    /// One for each role, in the order of [`RoleName::ALL`].
    pub(crate) roles: [TcpListener; 6],
    /// The second one of the web-pty-server.
    pub(crate) pty_metrics: TcpListener,
}

impl Listeners {
    /// Binds every address.
    ///
    /// # Errors
    /// When an address cannot be bound; the message names the variable that sets it.
    pub(crate) async fn bind(addresses: &Addresses) -> Result<Self, Failure> {
        let [gateway, read_model, web, processor, metrics_engine, web_pty] = RoleName::ALL;
        let roles = [
            bind(gateway, addresses).await?,
            bind(read_model, addresses).await?,
            bind(web, addresses).await?,
            bind(processor, addresses).await?,
            bind(metrics_engine, addresses).await?,
            bind(web_pty, addresses).await?,
        ];
        Ok(Self {
            roles,
            pty_metrics: bind_pty_metrics(addresses).await?,
        })
    }

    /// Returns the URL of each role, as seen from this machine.
    pub(crate) fn urls(&self) -> Result<Vec<(RoleName, String)>, Failure> {
        RoleName::ALL
            .into_iter()
            .zip(&self.roles)
            .map(|(role, listener)| Ok((role, url(listener.local_addr()?))))
            .collect()
    }

    /// Returns the URL of the health and metrics of the web-pty-server.
    pub(crate) fn pty_metrics_url(&self) -> Result<String, Failure> {
        Ok(url(self.pty_metrics.local_addr()?))
    }
}

/// Binds the address of one role.
///
/// # Errors
/// When it cannot be bound; the message names the variable that sets it.
pub(crate) async fn bind(role: RoleName, addresses: &Addresses) -> Result<TcpListener, Failure> {
    let address = addresses.of(role);
    bind_address(role, address, role.address_variable()).await
}

/// Binds the address of the health and metrics of the web-pty-server.
///
/// # Errors
/// As for [`bind`].
pub(crate) async fn bind_pty_metrics(addresses: &Addresses) -> Result<TcpListener, Failure> {
    let address = addresses.web_pty_metrics;
    bind_address(RoleName::WebPty, address, PTY_METRICS_ADDR.env).await
}

async fn bind_address(
    role: RoleName,
    address: SocketAddr,
    variable: &str,
) -> Result<TcpListener, Failure> {
    TcpListener::bind(address).await.map_err(|error| {
        Failure::failed(format!("the {} cannot listen on {address}", role.as_str()))
            .cause(error)
            .hint(format!(
                "stop the program that uses the address, which may be another observatory; or set {variable} to another \
                 address, or to port 0 for a free one"
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
