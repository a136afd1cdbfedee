use std::io::{self, Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::sync::Arc;
use std::thread;

use super::gate::Gate;
use super::pair::ConnectionPair;

const BUFFER_BYTES: usize = 64 * 1024;

/// Connects a client to the target and copies both directions until both have ended or the proxy is cut. Closes the
/// client's connection if the target does not accept one.
pub(super) fn forward(client: TcpStream, target: SocketAddr, gate: &Arc<Gate>) {
    let connected = TcpStream::connect(target).and_then(|server| {
        server.set_nodelay(true)?;
        client.set_nodelay(true)?;
        Ok(Arc::new(ConnectionPair { client, server }))
    });
    let Ok(pair) = connected else { return };
    if !gate.admit(&pair) {
        return;
    }
    let answers = (pair.clone(), gate.clone());
    let thread = thread::Builder::new().name("fault-proxy".into());
    let spawned = thread.spawn(move || {
        let (pair, gate) = answers;
        pump(&pair, &pair.server, &pair.client, &gate);
    });
    if spawned.is_ok() {
        pump(&pair, &pair.client, &pair.server, gate);
    }
}

/// Copies one direction. The end of the stream closes that direction only; an error closes both.
fn pump(pair: &ConnectionPair, from: &TcpStream, to: &TcpStream, gate: &Gate) {
    let ended = copy(from, to, gate).and_then(|()| to.shutdown(Shutdown::Write));
    if ended.is_err() {
        pair.shut_down(Shutdown::Both);
    }
}

fn copy(mut from: &TcpStream, mut to: &TcpStream, gate: &Gate) -> io::Result<()> {
    let mut buffer = vec![0; BUFFER_BYTES];
    loop {
        let length = from.read(&mut buffer)?;
        if !gate.pass() {
            return Err(io::ErrorKind::ConnectionAborted.into());
        }
        if length == 0 {
            return Ok(());
        }
        to.write_all(&buffer[..length])?;
    }
}
