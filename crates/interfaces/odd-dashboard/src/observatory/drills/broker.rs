use odd_client::Url;
use odd_service_kit::Fault;
use tokio_util::task::AbortOnDropHandle;

use crate::failure::Failure;
use crate::observatory::drills::tcp_relay::TcpRelay;

/// The port of AMQP without TLS.
const DEFAULT_PORT: u16 = 5672;

/// A broker that is used through a relay, which a drill can cut.
pub(in crate::observatory) struct BrokerDrill {
    /// The URL of the relay, with the credentials and the path of the URL of the broker.
    pub(in crate::observatory) url: String,
    pub(in crate::observatory) fault: Fault,
    pub(in crate::observatory) task: AbortOnDropHandle<()>,
}

impl BrokerDrill {
    /// Starts a relay to the broker. Returns `None` for a connection with TLS, because the certificate is not that of the
    /// relay, and for a URL that is not valid, which the adapter refuses.
    ///
    /// # Errors
    /// When no port is free.
    pub(in crate::observatory) async fn start(url: &str) -> Result<Option<Self>, Failure> {
        let (host, port) = match plain_address(url) {
            Ok(address) => address,
            Err(NoRelay::Tls) => {
                tracing::warn!(
                    "drills cannot make the broker unavailable, because its connection uses TLS"
                );
                return Ok(None);
            }
            Err(NoRelay::InvalidUrl) => return Ok(None),
        };
        let fault = Fault::new("broker-unavailable");
        let unusable =
            |error| Failure::failed("a relay to the broker cannot be started").cause(error);
        let relay = TcpRelay::bind(host, port, fault.clone());
        let relay = relay.await.map_err(unusable)?;
        let address = relay.address().map_err(unusable)?;
        let Some(url) = with_address(url, address.port()) else {
            return Ok(None);
        };
        let task = AbortOnDropHandle::new(tokio::spawn(relay.run()));
        Ok(Some(Self { url, fault, task }))
    }
}

/// Why a connection has no relay.
#[derive(Debug, PartialEq, Eq)]
enum NoRelay {
    Tls,
    InvalidUrl,
}

/// Returns host and port of a URL without TLS.
fn plain_address(url: &str) -> Result<(String, u16), NoRelay> {
    let url = Url::parse(url).map_err(|_| NoRelay::InvalidUrl)?;
    match url.scheme() {
        "amqp" => {}
        "amqps" => return Err(NoRelay::Tls),
        _ => return Err(NoRelay::InvalidUrl),
    }
    let host = url.host_str().ok_or(NoRelay::InvalidUrl)?;
    let host = host.trim_matches(['[', ']']).to_owned();
    Ok((host, url.port().unwrap_or(DEFAULT_PORT)))
}

/// Replaces host and port, and nothing else.
fn with_address(url: &str, port: u16) -> Option<String> {
    let mut url = Url::parse(url).ok()?;
    url.set_host(Some("127.0.0.1")).ok()?;
    url.set_port(Some(port)).ok()?;
    Some(url.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_host_and_port_are_replaced() {
        let url = "amqp://odd:p%2Fw@[::1]:5673/%2Fodd?heartbeat=5";
        assert_eq!(plain_address(url), Ok(("::1".to_owned(), 5673)));
        assert_eq!(
            with_address(url, 4000).as_deref(),
            Some("amqp://odd:p%2Fw@127.0.0.1:4000/%2Fodd?heartbeat=5")
        );
        let default = plain_address("amqp://odd:pw@mq/odd");
        assert_eq!(default, Ok(("mq".to_owned(), 5672)));
        assert_eq!(plain_address("amqps://odd:pw@mq/odd"), Err(NoRelay::Tls));
        for invalid in ["mq:5672", "http://mq", "amqp:"] {
            assert_eq!(
                plain_address(invalid),
                Err(NoRelay::InvalidUrl),
                "{invalid}"
            );
        }
    }
}
