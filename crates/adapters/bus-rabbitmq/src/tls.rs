//! TLS by the rustls of this process. The client's own features for it bring two dozen crates along, for key files that
//! nobody here uses, and can trust further authorities but not fewer.

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

/// Connects to the server at an `amqps` URL.
pub(crate) async fn connect(
    url: &str,
    properties: ConnectionProperties,
    trust: Option<Arc<ClientConfig>>,
) -> lapin::Result<Connection> {
    let failed = |text: &str| io::Error::other(text.to_owned());
    let mut uri: AMQPUri = url
        .parse()
        .map_err(|_| failed("the URL of RabbitMQ does not parse"))?;
    let trust = trust.ok_or_else(|| failed("no certificates are trusted"))?;
    let name = uri.authority.host.trim_matches(['[', ']']).to_owned();
    let name = ServerName::try_from(name)
        .map_err(|_| failed("the host of RabbitMQ is neither a name nor an address"))?;
    let network = TlsNetwork {
        tokio: Tokio::current(),
        connector: TlsConnector::from(trust),
        name,
    };
    // The network encrypts everything; the client is not to do so once more.
    uri.scheme = AMQPScheme::AMQP;
    let runtime = Runtime::new(RuntimeParts::new(Tokio::current(), network));
    Connection::connect_uri_with_runtime(uri, properties, runtime).await
}

/// What the client takes for the network: connections to one server, with TLS.
#[derive(Clone)]
struct TlsNetwork {
    tokio: Tokio,
    connector: TlsConnector,
    name: ServerName<'static>,
}

impl Reactor for TlsNetwork {
    type TcpStream = Compat<TlsStream<TcpStream>>;
    type Sleep = <Tokio as Reactor>::Sleep;

    /// The client makes its connections below alone.
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

impl fmt::Debug for TlsNetwork {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TlsNetwork")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}
