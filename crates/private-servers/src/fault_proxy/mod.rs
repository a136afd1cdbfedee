//! A TCP proxy on loopback that injects network faults.

mod gate;
mod pair;
mod pump;

use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use crate::Error;
use crate::port::Port;
use gate::Gate;

/// A loopback port that forwards connections to a server, and cuts, stalls or delays them on request.
///
/// Dropping it closes every connection through it.
#[derive(Debug)]
pub struct FaultProxy {
    target: SocketAddr,
    port: Port,
    gate: Arc<Gate>,
    listening: Option<JoinHandle<()>>,
}

impl FaultProxy {
    /// Opens a proxy to an address. The server may start to listen later.
    ///
    /// # Errors
    /// [`Error::Io`] if no port is free.
    pub fn to(target: SocketAddr) -> Result<Self, Error> {
        let mut proxy = Self {
            target,
            port: Port::claim(None)?,
            gate: Arc::default(),
            listening: None,
        };
        proxy.listen()?;
        Ok(proxy)
    }

    /// Returns the address for clients. It never changes.
    pub const fn address(&self) -> SocketAddr {
        self.port.address()
    }

    /// Closes every connection and refuses new ones, until [`Self::heal`].
    pub fn cut(&mut self) {
        self.gate.cut();
        if let Some(listening) = self.listening.take() {
            // The thread checks the gate after each connection: this one ends it.
            let _refused = TcpStream::connect(self.address());
            listening.join().expect("the listening thread never panics");
        }
    }

    /// Stops forwarding in both directions, until [`Self::heal`], and keeps connections open: neither side can detect
    /// that the other is unreachable, not even when it closes its end. New connections are accepted and stall as well.
    pub fn stall(&self) {
        self.gate.stall();
    }

    /// Ends [`Self::cut`] and [`Self::stall`]. Stalled bytes arrive now; a delay remains.
    ///
    /// # Errors
    /// [`Error::Io`] if another process took the port while the proxy was cut.
    pub fn heal(&mut self) -> Result<(), Error> {
        self.gate.open();
        if self.listening.is_none() {
            self.listen()?;
        }
        Ok(())
    }

    /// Delays every read of up to 64 KiB in both directions. Reads of one direction wait one after the other, so many
    /// small writes also lose throughput. Zero ends the delay.
    pub fn delay(&self, delay: Duration) {
        self.gate.delay(delay);
    }

    fn listen(&mut self) -> Result<(), Error> {
        let listener =
            TcpListener::bind(self.address()).map_err(Error::io("listen for a fault proxy"))?;
        let (gate, target) = (self.gate.clone(), self.target);
        let thread = thread::Builder::new().name("fault-proxy".into());
        let listening = thread
            .spawn(move || accept(&listener, target, &gate))
            .map_err(Error::io("start a thread for a fault proxy"))?;
        self.listening = Some(listening);
        Ok(())
    }
}

impl Drop for FaultProxy {
    fn drop(&mut self) {
        self.cut();
    }
}

fn accept(listener: &TcpListener, target: SocketAddr, gate: &Arc<Gate>) {
    for client in listener.incoming() {
        if gate.is_cut() {
            return;
        }
        let Ok(client) = client else { continue };
        let gate = gate.clone();
        let thread = thread::Builder::new().name("fault-proxy".into());
        // Without a thread the connection is closed, as by a server at its connection limit.
        let _closed = thread.spawn(move || pump::forward(client, target, &gate));
    }
}
