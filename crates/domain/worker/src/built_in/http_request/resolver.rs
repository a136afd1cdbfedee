use std::io;
use std::net::IpAddr;

use async_trait::async_trait;

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
        let addresses = tokio::net::lookup_host((host, 0)).await?;
        Ok(addresses.map(|address| address.ip()).collect())
    }
}
