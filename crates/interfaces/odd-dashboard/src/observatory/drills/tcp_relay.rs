use std::io;
use std::net::{Ipv4Addr, SocketAddr};

use odd_service_kit::Fault;
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

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
                accepted = self.listener.accept() => match accepted {
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
    let Ok(mut server) = TcpStream::connect((host, port)).await else {
        return;
    };
    // The client sends small frames and waits for answers.
    let _ = client.set_nodelay(true);
    let _ = server.set_nodelay(true);
    let _ = copy_bidirectional(&mut client, &mut server).await;
}

/// Pauses, because an error such as too many open files would return at once again.
async fn wait_after(error: &io::Error) {
    tracing::warn!(%error, "the relay to the broker cannot accept a connection");
    tokio::time::sleep(std::time::Duration::from_millis(100)).await;
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::time::timeout;

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
