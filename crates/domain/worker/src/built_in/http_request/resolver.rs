use std::io;
use std::net::IpAddr;

use async_trait::async_trait;

use crate::shortage::is_shortage;

/// Resolves host names.
#[async_trait]
pub trait NameResolver: Send + Sync + 'static {
    /// Returns every address of the name, in order of preference.
    ///
    /// # Errors
    /// When the name cannot be resolved now.
    async fn resolve(&self, host: &str) -> io::Result<Vec<IpAddr>>;
}

/// Uses the system's resolver.
pub(super) struct SystemResolver;

#[async_trait]
impl NameResolver for SystemResolver {
    async fn resolve(&self, host: &str) -> io::Result<Vec<IpAddr>> {
        let addresses = tokio::net::lookup_host((host, 0))
            .await
            .map_err(|error| local_cause().unwrap_or(error))?;
        Ok(addresses.map(|address| address.ip()).collect())
    }
}

/// Returns why a name may not have been resolved, if it is a lack of descriptors: the system's resolver does not report that,
/// but an unknown name.
fn local_cause() -> Option<io::Error> {
    let probe = std::net::UdpSocket::bind((std::net::Ipv4Addr::LOCALHOST, 0));
    probe.err().filter(is_shortage)
}
