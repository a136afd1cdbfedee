//! A way to a server that can be cut, stalled and slowed down.

mod pump;
mod valve;

use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use crate::Error;
use crate::port::Port;
use valve::Valve;

/// A port on loopback that leads to a server. It works as if it was not there, until it is told otherwise.
///
/// Dropping it closes every connection through it.
#[derive(Debug)]
pub struct Link {
    target: SocketAddr,
    port: Port,
    valve: Arc<Valve>,
    listening: Option<JoinHandle<()>>,
}

impl Link {
    /// Opens a link to an address. Nobody needs to listen there yet.
    ///
    /// # Errors
    /// [`Error::Io`] when there is no free port.
    pub fn to(target: SocketAddr) -> Result<Self, Error> {
        let mut link = Self {
            target,
            port: Port::claim(None)?,
            valve: Arc::default(),
            listening: None,
        };
        link.listen()?;
        Ok(link)
    }

    /// Where clients connect instead. The same for the whole life of the link.
    pub const fn address(&self) -> SocketAddr {
        self.port.address()
    }

    /// Closes every connection and refuses new ones, until [`Self::heal`].
    pub fn cut(&mut self) {
        self.valve.cut();
        if let Some(listening) = self.listening.take() {
            // It looks at the valve after each connection; this is one more.
            let _wakes_it = TcpStream::connect(self.address());
            listening.join().expect("the listening thread never panics");
        }
    }

    /// Stops forwarding in both directions, until [`Self::heal`], and keeps connections open: neither side learns that
    /// the other is out of reach, not even when it closes its end. New connections are accepted and stall, too.
    pub fn stall(&self) {
        self.valve.stall();
    }

    /// Ends what [`Self::cut`] or [`Self::stall`] began. Bytes that stalled arrive now; a delay stays.
    ///
    /// # Errors
    /// [`Error::Io`] when the port was taken by someone while the link was cut.
    pub fn heal(&mut self) -> Result<(), Error> {
        self.valve.open();
        if self.listening.is_none() {
            self.listen()?;
        }
        Ok(())
    }

    /// Holds back everything for a while, in both directions. What is sent in one piece waits as one piece and the next
    /// piece behind it, so many small pieces also arrive more slowly. Zero ends it.
    pub fn delay(&self, delay: Duration) {
        self.valve.delay(delay);
    }

    fn listen(&mut self) -> Result<(), Error> {
        let listener = TcpListener::bind(self.address()).map_err(Error::io("listen for a link"))?;
        let (valve, target) = (self.valve.clone(), self.target);
        let thread = thread::Builder::new().name("link".into());
        let listening = thread
            .spawn(move || accept(&listener, target, &valve))
            .map_err(Error::io("start a thread for a link"))?;
        self.listening = Some(listening);
        Ok(())
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        self.cut();
    }
}

fn accept(listener: &TcpListener, target: SocketAddr, valve: &Arc<Valve>) {
    for near in listener.incoming() {
        if valve.is_cut() {
            return;
        }
        let Ok(near) = near else { continue };
        let valve = valve.clone();
        let thread = thread::Builder::new().name("link".into());
        // Without a thread the connection is closed, as by a server that has no room.
        let _closed = thread.spawn(move || pump::forward(near, target, &valve));
    }
}
