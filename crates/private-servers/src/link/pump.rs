use std::io::{self, Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::sync::Arc;
use std::thread;

use super::valve::Valve;

const PIECE: usize = 64 * 1024;

/// The two connections of a client through a link. Closed when neither direction needs them.
#[derive(Debug)]
pub(super) struct Pair {
    near: TcpStream,
    far: TcpStream,
}

impl Pair {
    pub(super) fn shut_down(&self, direction: Shutdown) {
        for stream in [&self.near, &self.far] {
            let _closed_already = stream.shutdown(direction);
        }
    }
}

/// Connects a client to the target and copies both ways until both are done or the link is cut. When nobody listens at
/// the target, the client's connection is closed.
pub(super) fn forward(near: TcpStream, target: SocketAddr, valve: &Arc<Valve>) {
    let connected = TcpStream::connect(target).and_then(|far| {
        far.set_nodelay(true)?;
        near.set_nodelay(true)?;
        Ok(Arc::new(Pair { near, far }))
    });
    let Ok(pair) = connected else { return };
    if !valve.admit(&pair) {
        return;
    }
    let back = (pair.clone(), valve.clone());
    let thread = thread::Builder::new().name("link".into());
    let answers = thread.spawn(move || {
        let (pair, valve) = back;
        pump(&pair, &pair.far, &pair.near, &valve);
    });
    if answers.is_ok() {
        pump(&pair, &pair.near, &pair.far, valve);
    }
}

/// Copies one direction. Its end closes that direction only, its failure both.
fn pump(pair: &Pair, from: &TcpStream, to: &TcpStream, valve: &Valve) {
    let ended = copy(from, to, valve).and_then(|()| to.shutdown(Shutdown::Write));
    if ended.is_err() {
        pair.shut_down(Shutdown::Both);
    }
}

fn copy(mut from: &TcpStream, mut to: &TcpStream, valve: &Valve) -> io::Result<()> {
    let mut piece = vec![0; PIECE];
    loop {
        let length = from.read(&mut piece)?;
        if !valve.pass() {
            return Err(io::ErrorKind::ConnectionAborted.into());
        }
        if length == 0 {
            return Ok(());
        }
        to.write_all(&piece[..length])?;
    }
}
