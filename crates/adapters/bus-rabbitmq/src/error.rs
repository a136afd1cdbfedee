use std::time::Duration;

use lapin::ErrorKind;

pub(crate) type Result<T> = std::result::Result<T, BrokerError>;

/// Why a part of this process is not connected to the broker. It reconnects by itself.
#[derive(Debug, Clone, thiserror::Error)]
pub enum BrokerError {
    /// No connection has been established since the process started.
    #[error("not connected yet")]
    NotConnected,
    /// The connection or its channel was closed without an error.
    #[error("the connection was closed")]
    Closed,
    /// The broker did not open a connection in time.
    #[error("no answer within {0:?}")]
    ConnectTimeout(Duration),
    /// The broker did not confirm published messages in time.
    #[error("no confirmation within {0:?}")]
    ConfirmTimeout(Duration),
    /// The broker rejected a message, or no queue is bound for it.
    #[error("exchange {0} did not accept a message")]
    Rejected(&'static str),
    /// Events are in the log, but the queue that should deliver them does not.
    #[error("the queue does not deliver events")]
    NoDeliveries,
    /// The URL cannot be parsed. The cause is withheld because it may contain the password.
    #[error("the URL of RabbitMQ is invalid")]
    InvalidUrl,
    /// The host in the URL cannot appear in a certificate.
    #[error("the host of RabbitMQ is neither a DNS name nor an IP address")]
    InvalidHost,
    /// The URL asks for TLS, but [`BrokerConfig::tls`](crate::BrokerConfig::tls) is absent.
    #[error("TLS to RabbitMQ needs trusted certificates, and none are configured")]
    NoTrustedCertificates,
    /// The TLS handshake failed, for example because the server's certificate is not trusted.
    #[error("the TLS handshake with RabbitMQ failed")]
    Tls(#[source] rustls::Error),
    /// Any other failure of the AMQP client.
    #[error(transparent)]
    Client(lapin::Error),
}

impl From<lapin::Error> for BrokerError {
    fn from(error: lapin::Error) -> Self {
        let ErrorKind::IOError(io) = error.kind() else {
            return Self::Client(error);
        };
        let inner = io.get_ref().and_then(|inner| inner.downcast_ref());
        match inner {
            Some(tls) => Self::Tls(rustls::Error::clone(tls)),
            None => Self::Client(error),
        }
    }
}
