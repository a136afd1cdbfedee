use std::io;
use std::net::IpAddr;

use async_trait::async_trait;

/// Turns the name of a host into addresses.
#[async_trait]
pub trait NameResolver: Send + Sync + 'static {
    /// Every address of the name, in order of preference.
    ///
    /// # Errors
    /// When the name cannot be resolved now.
    async fn resolve(&self, host: &str) -> io::Result<Vec<IpAddr>>;
}

/// As the machine resolves names.
pub(super) struct SystemResolver;

#[async_trait]
impl NameResolver for SystemResolver {
    async fn resolve(&self, host: &str) -> io::Result<Vec<IpAddr>> {
        let addresses = tokio::net::lookup_host((host, 0)).await?;
        Ok(addresses.map(|address| address.ip()).collect())
    }
}
