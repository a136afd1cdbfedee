use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use odd_service_kit::Fault;
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

/// Longest time for a connection to the server.
const CONNECT_LIMIT: Duration = Duration::from_secs(10);

/// Largest number of connections. A role needs only a few; others wait until one of them ends.
const MAX_CONNECTIONS: usize = 32;

/// A relay of TCP connections on this machine. While a fault is active, it closes its connections and every new one.
pub(super) struct TcpRelay {
    listener: TcpListener,
    host: String,
    port: u16,
    fault: Fault,
}

impl TcpRelay {
    /// Listens on a free port of loopback. Nothing is relayed before [`TcpRelay::run`].
    pub(super) async fn bind(host: String, port: u16, fault: Fault) -> io::Result<Self> {
        Ok(Self {
            listener: TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?,
            host,
            port,
            fault,
        })
    }

    pub(super) fn address(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Relays until dropped.
    pub(super) async fn run(self) {
        loop {
            self.relay_until_the_fault().await;
            self.refuse_until_its_end().await;
        }
    }

    async fn relay_until_the_fault(&self) {
        let mut connections = JoinSet::new();
        loop {
            tokio::select! {
                () = self.fault.started() => return,
                accepted = self.listener.accept(), if connections.len() < MAX_CONNECTIONS => match accepted {
                    Ok((client, _)) => {
                        connections.spawn(relay(client, self.host.clone(), self.port));
                    }
                    Err(error) => wait_after(&error).await,
                },
                Some(_) = connections.join_next() => {}
            }
        }
    }

    async fn refuse_until_its_end(&self) {
        loop {
            tokio::select! {
                () = self.fault.ended() => return,
                accepted = self.listener.accept() => match accepted {
                    Ok((client, _)) => drop(client),
                    Err(error) => wait_after(&error).await,
                },
            }
        }
    }
}

/// The end of one side ends the other; the reason is visible to both.
async fn relay(mut client: TcpStream, host: String, port: u16) {
    let connecting = timeout(CONNECT_LIMIT, TcpStream::connect((&*host, port))).await;
    let mut server = match connecting.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into())) {
        Ok(server) => server,
        Err(error) => {
            tracing::warn!(%error, host, port, "the relay cannot connect to the broker");
            return;
        }
    };
    // The client sends small frames and waits for answers.
    let _ = client.set_nodelay(true);
    let _ = server.set_nodelay(true);
    let _ = copy_bidirectional(&mut client, &mut server).await;
}

/// Pauses, because an error such as too many open files would return at once again.
async fn wait_after(error: &io::Error) {
    tracing::warn!(%error, "the relay to the broker cannot accept a connection");
    sleep(Duration::from_millis(100)).await;
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;

    const LIMIT: Duration = Duration::from_secs(20);

    /// Sends back what it receives.
    async fn echo_server() -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("bound");
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                tokio::spawn(async move {
                    let (mut from, mut to) = stream.split();
                    tokio::io::copy(&mut from, &mut to).await
                });
            }
        });
        address
    }

    async fn exchange(stream: &mut TcpStream) -> io::Result<[u8; 4]> {
        let mut answer = [0; 4];
        stream.write_all(b"ping").await?;
        stream.read_exact(&mut answer).await?;
        Ok(answer)
    }

    #[tokio::test]
    async fn connection_beyond_the_limit_waits_until_another_one_ends() {
        let server = echo_server().await;
        let fault = Fault::new("cut");
        let relay = TcpRelay::bind(server.ip().to_string(), server.port(), fault);
        let relay = relay.await.expect("a free port");
        let address = relay.address().expect("bound");
        let running = tokio::spawn(relay.run());
        let mut streams = Vec::new();
        for _ in 0..MAX_CONNECTIONS {
            let mut stream = TcpStream::connect(address).await.expect("accepted");
            exchange(&mut stream).await.expect("relayed");
            streams.push(stream);
        }
        let mut waiting = TcpStream::connect(address).await.expect("the port is open");
        let mut answer = std::pin::pin!(exchange(&mut waiting));
        let early = timeout(Duration::from_millis(200), &mut answer).await;
        assert!(early.is_err(), "{early:?}");
        streams.clear();
        let answer = timeout(LIMIT, answer).await.expect("in time");
        assert_eq!(answer.expect("relayed"), *b"ping");
        running.abort();
    }

    #[tokio::test]
    async fn connections_end_and_new_ones_are_refused_while_the_fault_is_active() {
        let server = echo_server().await;
        let fault = Fault::new("cut");
        let relay = TcpRelay::bind(server.ip().to_string(), server.port(), fault.clone());
        let relay = relay.await.expect("a free port");
        let address = relay.address().expect("bound");
        let running = tokio::spawn(relay.run());
        let mut stream = TcpStream::connect(address).await.expect("accepted");
        assert_eq!(exchange(&mut stream).await.expect("relayed"), *b"ping");

        fault.start(LIMIT, None, "test".into());
        let end = timeout(LIMIT, stream.read(&mut [0]))
            .await
            .expect("in time");
        assert!(matches!(end, Ok(0) | Err(_)), "{end:?}");
        let mut refused = TcpStream::connect(address).await.expect("the port is open");
        let answer = timeout(LIMIT, exchange(&mut refused)).await;
        answer.expect("in time").expect_err("nothing is relayed");

        fault.end("test");
        let again = async {
            loop {
                let mut stream = TcpStream::connect(address).await.expect("the port is open");
                if exchange(&mut stream).await.is_ok() {
                    return;
                }
            }
        };
        timeout(LIMIT, again).await.expect("relayed again in time");
        running.abort();
    }
}
