//! TLS by the rustls of this process. The client's own TLS features would add two dozen crates, for key files that are not
//! used here, and can trust additional authorities but not replace the default ones.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use async_rs::traits::Reactor;
use async_rs::util::{DummyIO, RuntimeParts};
use async_rs::{Runtime, Tokio};
use futures_util::{AsyncRead, AsyncWrite, Stream};
use lapin::uri::{AMQPScheme, AMQPUri};
use lapin::{Connection, ConnectionProperties};
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_util::compat::{Compat, TokioAsyncReadCompatExt};

use crate::error::{BrokerError, Result};

/// Connects to the server at an `amqps` URL. Its certificate is checked against `trust`.
pub(crate) async fn connect(
    url: &str,
    properties: ConnectionProperties,
    trust: Option<Arc<ClientConfig>>,
) -> Result<Connection> {
    let mut uri: AMQPUri = url.parse().map_err(|_| BrokerError::InvalidUrl)?;
    let trust = trust.ok_or(BrokerError::NoTrustedCertificates)?;
    let name = uri.authority.host.trim_matches(['[', ']']).to_owned();
    let name = ServerName::try_from(name).map_err(|_| BrokerError::InvalidHost)?;
    let reactor = TlsReactor {
        tokio: Tokio::current(),
        connector: TlsConnector::from(trust),
        name,
    };
    // The reactor encrypts; with the scheme `amqps` the client would add a second layer of TLS.
    uri.scheme = AMQPScheme::AMQP;
    let runtime = Runtime::new(RuntimeParts::new(Tokio::current(), reactor));
    Ok(Connection::connect_uri_with_runtime(uri, properties, runtime).await?)
}

/// A reactor whose TCP streams are TLS connections to one server.
#[derive(Clone)]
struct TlsReactor {
    tokio: Tokio,
    connector: TlsConnector,
    name: ServerName<'static>,
}

impl Reactor for TlsReactor {
    type TcpStream = Compat<TlsStream<TcpStream>>;
    type Sleep = <Tokio as Reactor>::Sleep;

    /// Unsupported: the client opens its connections with [`Self::tcp_connect_addr`].
    fn register<H: Send + 'static>(
        &self,
        _: H,
    ) -> io::Result<impl AsyncRead + AsyncWrite + Send + Unpin + 'static> {
        Err::<DummyIO, _>(io::ErrorKind::Unsupported.into())
    }

    fn sleep(&self, time: Duration) -> Self::Sleep {
        self.tokio.sleep(time)
    }

    fn interval(&self, time: Duration) -> impl Stream<Item = Instant> + Send + 'static {
        self.tokio.interval(time)
    }

    fn tcp_connect_addr(
        &self,
        address: SocketAddr,
    ) -> impl Future<Output = io::Result<Self::TcpStream>> + Send + 'static {
        let (connector, name) = (self.connector.clone(), self.name.clone());
        async move {
            let stream = TcpStream::connect(address).await?;
            stream.set_nodelay(true)?;
            Ok(connector.connect(name, stream).await?.compat())
        }
    }
}

impl fmt::Debug for TlsReactor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TlsReactor")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}
