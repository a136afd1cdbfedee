use std::net::{Shutdown, TcpStream};

/// The two connections of one client: from the client to the proxy and from the proxy to the server. They close when
/// the threads of both directions have ended.
#[derive(Debug)]
pub(super) struct ConnectionPair {
    pub(super) client: TcpStream,
    pub(super) server: TcpStream,
}

impl ConnectionPair {
    pub(super) fn shut_down(&self, direction: Shutdown) {
        for stream in [&self.client, &self.server] {
            let _closed_already = stream.shutdown(direction);
        }
    }
}
