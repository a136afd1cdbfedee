use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use odd_views_cluster::RedisConfig;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::servers::RedisServer;

/// Stands between a client and a server. It can lose answers: what was asked for happens, the connection breaks. It
/// can also stop carrying what goes over the connections there are, without a word.
pub(crate) struct Proxy {
    address: SocketAddr,
    faults: Arc<Faults>,
}

#[derive(Default)]
struct Faults {
    loses_next: AtomicBool,
    lost: AtomicUsize,
    connections: AtomicUsize,
    /// Connections before this one carry nothing any more.
    first_alive: AtomicUsize,
}

impl Proxy {
    pub(crate) async fn to(server: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("bound");
        let faults: Arc<Faults> = Arc::default();
        let shared = faults.clone();
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(carry(client, server, shared.clone()));
            }
        });
        Self { address, faults }
    }

    /// Views on the server behind.
    pub(crate) fn config(&self, server: &RedisServer) -> RedisConfig {
        server.config_at(self.address)
    }

    pub(crate) fn lose_next_answer(&self) {
        self.faults.loses_next.store(true, Ordering::SeqCst);
    }

    pub(crate) fn lose_no_more(&self) {
        self.faults.loses_next.store(false, Ordering::SeqCst);
    }

    pub(crate) fn freeze_connections(&self) {
        let connections = self.faults.connections.load(Ordering::SeqCst);
        self.faults.first_alive.store(connections, Ordering::SeqCst);
    }

    pub(crate) fn lost(&self) -> usize {
        self.faults.lost.load(Ordering::SeqCst)
    }
}

async fn carry(mut client: TcpStream, server: SocketAddr, faults: Arc<Faults>) {
    let Ok(mut server) = TcpStream::connect(server).await else {
        return;
    };
    let number = faults.connections.fetch_add(1, Ordering::SeqCst);
    let is_frozen = || number < faults.first_alive.load(Ordering::SeqCst);
    let (mut asked, mut answered) = (vec![0; 65_536], vec![0; 65_536]);
    loop {
        tokio::select! {
            read = client.read(&mut asked) => match read {
                Ok(_) if is_frozen() => std::future::pending().await,
                Ok(count) if count > 0 && server.write_all(&asked[..count]).await.is_ok() => {}
                _ => return,
            },
            read = server.read(&mut answered) => match read {
                Ok(count) if count > 0 => {
                    if faults.loses_next.swap(false, Ordering::SeqCst) {
                        faults.lost.fetch_add(1, Ordering::SeqCst);
                        return;
                    }
                    if client.write_all(&answered[..count]).await.is_err() {
                        return;
                    }
                }
                _ => return,
            },
        }
    }
}
