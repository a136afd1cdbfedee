use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use odd_views_cluster::RedisConfig;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::servers::RedisServer;

/// A proxy between a client and a server that injects faults. It can drop an answer and close the connection, after the
/// server has run the command, and it can silently stop forwarding on existing connections.
pub(crate) struct FaultProxy {
    address: SocketAddr,
    faults: Arc<Faults>,
}

#[derive(Default)]
struct Faults {
    drops_next: AtomicBool,
    dropped: AtomicUsize,
    connections: AtomicUsize,
    /// Connections with a lower number forward nothing.
    first_forwarding: AtomicUsize,
}

impl FaultProxy {
    pub(crate) async fn to(server: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("bound");
        let faults: Arc<Faults> = Arc::default();
        let shared = faults.clone();
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(forward(client, server, shared.clone()));
            }
        });
        Self { address, faults }
    }

    /// Returns the configuration of views behind the proxy.
    pub(crate) fn config(&self, server: &RedisServer) -> RedisConfig {
        server.config_at(self.address)
    }

    pub(crate) fn drop_next_answer(&self) {
        self.faults.drops_next.store(true, Ordering::SeqCst);
    }

    pub(crate) fn stop_dropping(&self) {
        self.faults.drops_next.store(false, Ordering::SeqCst);
    }

    pub(crate) fn freeze_connections(&self) {
        let connections = self.faults.connections.load(Ordering::SeqCst);
        self.faults
            .first_forwarding
            .store(connections, Ordering::SeqCst);
    }

    pub(crate) fn dropped(&self) -> usize {
        self.faults.dropped.load(Ordering::SeqCst)
    }
}

async fn forward(mut client: TcpStream, server: SocketAddr, faults: Arc<Faults>) {
    let Ok(mut server) = TcpStream::connect(server).await else {
        return;
    };
    let number = faults.connections.fetch_add(1, Ordering::SeqCst);
    let is_frozen = || number < faults.first_forwarding.load(Ordering::SeqCst);
    let (mut request, mut answer) = (vec![0; 65_536], vec![0; 65_536]);
    loop {
        tokio::select! {
            read = client.read(&mut request) => match read {
                Ok(_) if is_frozen() => std::future::pending().await,
                Ok(count) if count > 0 && server.write_all(&request[..count]).await.is_ok() => {}
                _ => return,
            },
            read = server.read(&mut answer) => match read {
                Ok(count) if count > 0 => {
                    if faults.drops_next.swap(false, Ordering::SeqCst) {
                        faults.dropped.fetch_add(1, Ordering::SeqCst);
                        return;
                    }
                    if client.write_all(&answer[..count]).await.is_err() {
                        return;
                    }
                }
                _ => return,
            },
        }
    }
}
