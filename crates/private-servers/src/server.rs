use std::fs;
use std::net::SocketAddr;
use std::time::Duration;

use rustix::process::Signal;

use crate::place::Room;
use crate::process::{Process, last_lines};
use crate::wait::poll;
use crate::{Error, Kind, Place};

/// What is different between the servers. Implemented in this crate only; its methods are for [`Server`].
pub trait Engine: Sized {
    /// What the caller may choose.
    type Options: Default;
    /// Which server it is.
    const KIND: Kind;
    /// Asks for an orderly end that waits for no client.
    const STOP: Signal;
    /// How long the orderly end may take.
    const STOP_LIMIT: Duration = Duration::from_secs(30);
    /// How long it may take from the start of the process to the first answer.
    const READY_LIMIT: Duration = Duration::from_secs(120);

    /// Finds the programs, the ports and the credentials.
    ///
    /// # Errors
    /// Any.
    fn prepare(room: &Room, options: Self::Options) -> Result<Self, Error>;

    /// Starts the process, with fresh data if there is none.
    ///
    /// # Errors
    /// Any.
    fn launch(&mut self, room: &Room) -> Result<Process, Error>;

    /// Whether clients are served.
    fn is_ready(&self) -> bool;

    /// Where it listens.
    fn address(&self) -> SocketAddr;

    /// The URL with credentials for an address that leads to it.
    fn url_at(&self, address: SocketAddr) -> String;

    /// Ends the process for good: nothing is lost by a kill, unless something outside of the place is left behind.
    ///
    /// # Errors
    /// Any.
    fn discard(process: &mut Process) -> Result<(), Error> {
        process.kill()
    }
}

/// A private server. Dropping it ends its processes, and removes its data if its place is temporary.
#[derive(Debug)]
pub struct Server<E: Engine> {
    // Dropped in this order: the processes before the folder that they work in.
    process: Option<Process>,
    engine: E,
    room: Room,
}

impl<E: Engine> Server<E> {
    /// Starts a server in a place and waits until it answers.
    ///
    /// # Errors
    /// [`Error`]; with the end of the server's log when it did not become ready.
    pub fn start(place: &Place) -> Result<Self, Error> {
        Self::start_with(place, E::Options::default())
    }

    /// Like [`Self::start`], with options.
    ///
    /// # Errors
    /// As for [`Self::start`].
    pub fn start_with(place: &Place, options: E::Options) -> Result<Self, Error> {
        let room = Room::enter(place, E::KIND)?;
        let mut server = Self {
            process: None,
            engine: E::prepare(&room, options)?,
            room,
        };
        server.launch()?;
        Ok(server)
    }

    /// Where clients connect, with credentials.
    pub fn url(&self) -> String {
        self.engine.url_at(self.address())
    }

    /// Like [`Self::url`], through another address, as of a [`crate::Link`] to this server.
    pub fn url_at(&self, address: SocketAddr) -> String {
        self.engine.url_at(address)
    }

    /// Where it listens. The same for the whole life of the server.
    pub fn address(&self) -> SocketAddr {
        self.engine.address()
    }

    /// The id of its main process, unless it was stopped or killed.
    pub fn pid(&self) -> Option<u32> {
        self.process.as_ref().map(Process::pid)
    }

    /// Kills its processes with SIGKILL and waits until they are gone, as in a crash.
    ///
    /// # Errors
    /// [`Error::NotRunning`]; [`Error::Io`] when a process outlives it.
    pub fn kill(&mut self) -> Result<(), Error> {
        self.running()?.kill()?;
        self.process = None;
        Ok(())
    }

    /// Lets it end in order, and kills it when that takes more than half a minute.
    ///
    /// # Errors
    /// As for [`Self::kill`].
    pub fn stop(&mut self) -> Result<(), Error> {
        self.running()?.stop(E::STOP, E::STOP_LIMIT)?;
        self.process = None;
        Ok(())
    }

    /// Starts it again with its data, credentials and port, after it was killed or stopped; stops it before if it
    /// runs.
    ///
    /// # Errors
    /// As for [`Self::start`].
    pub fn restart(&mut self) -> Result<(), Error> {
        if self.process.is_some() {
            self.stop()?;
        }
        self.launch()
    }

    /// Deletes all data and starts empty, with the same credentials and port.
    ///
    /// # Errors
    /// As for [`Self::start`].
    pub fn wipe(&mut self) -> Result<(), Error> {
        self.discard()?;
        self.room.clear()?;
        self.launch()
    }

    /// Freezes its processes with SIGSTOP: connections stay open and nobody answers.
    ///
    /// # Errors
    /// [`Error::NotRunning`].
    pub fn pause(&mut self) -> Result<(), Error> {
        self.running()?.pause();
        Ok(())
    }

    /// Lets it go on after [`Self::pause`].
    ///
    /// # Errors
    /// [`Error::NotRunning`].
    pub fn resume(&mut self) -> Result<(), Error> {
        self.running()?.resume();
        Ok(())
    }

    /// The last lines of its log.
    pub fn log(&self) -> String {
        let bytes = fs::read(self.room.log()).unwrap_or_default();
        last_lines(&String::from_utf8_lossy(&bytes)).to_owned()
    }

    pub(crate) const fn engine(&self) -> &E {
        &self.engine
    }

    pub(crate) const fn room(&self) -> &Room {
        &self.room
    }

    pub(crate) fn running(&mut self) -> Result<&mut Process, Error> {
        self.process.as_mut().ok_or(Error::NotRunning(E::KIND))
    }

    fn launch(&mut self) -> Result<(), Error> {
        let mut process = self.engine.launch(&self.room)?;
        let outcome = poll(E::READY_LIMIT, || match process.ended() {
            Some(status) => Some(Err(Error::Ended {
                kind: E::KIND,
                status,
                log: self.log(),
            })),
            None => self.engine.is_ready().then_some(Ok(())),
        });
        outcome.unwrap_or_else(|| {
            Err(Error::NotReady {
                kind: E::KIND,
                limit: E::READY_LIMIT,
                log: self.log(),
            })
        })?;
        self.process = Some(process);
        Ok(())
    }

    fn discard(&mut self) -> Result<(), Error> {
        if let Some(mut process) = self.process.take() {
            E::discard(&mut process)?;
        }
        Ok(())
    }
}

impl<E: Engine> Drop for Server<E> {
    fn drop(&mut self) {
        if let Err(error) = self.discard() {
            eprintln!("{error}");
        }
    }
}
