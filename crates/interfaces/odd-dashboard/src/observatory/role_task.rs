use std::future::Future;
use std::pin::Pin;

use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// A role that runs on a bound socket until the token is cancelled.
pub(super) type RoleTask = Box<
    dyn FnOnce(
            TcpListener,
            CancellationToken,
        ) -> Pin<Box<dyn Future<Output = anyhow::Result<()>> + Send>>
        + Send,
>;
