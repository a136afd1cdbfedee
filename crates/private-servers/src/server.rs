use std::fs;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitStatus;
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::Signal;

use crate::process::{Process, last_lines};
use crate::server_dir::ServerDir;
use crate::wait::INTERVAL;
use crate::{DataRoot, Error, Kind};

/// The parts in which the servers differ. Implemented in this crate only and called by [`Server`].
pub trait Engine: Sized {
    /// The options of [`Server::start_with`].
    type Options: Default;
    /// The kind of server.
    const KIND: Kind;
    /// The signal for an orderly shutdown that does not wait for clients.
    const STOP: Signal;
    /// The longest orderly shutdown.
    const STOP_LIMIT: Duration = Duration::from_secs(30);
    /// The longest time from the start of the process to the first answer.
    const READY_LIMIT: Duration = Duration::from_secs(120);

    /// Locates the programs and reserves ports and credentials.
    ///
    /// # Errors
    /// Any [`Error`].
    fn prepare(dir: &ServerDir, options: Self::Options) -> Result<Self, Error>;

    /// Starts the process, and initialises its data if there is none.
    ///
    /// # Errors
    /// Any [`Error`].
    fn launch(&mut self, dir: &ServerDir) -> Result<Process, Error>;

    /// Returns `true` if the server answers clients.
    fn is_ready(&self) -> bool;

    /// Returns the address that the server listens on.
    fn address(&self) -> SocketAddr;

    /// Returns the URL with credentials for an address that forwards to the server.
    fn url_at(&self, address: SocketAddr) -> String;

    /// Ends a process without an orderly shutdown. Servers with resources outside of their folder override this.
    ///
    /// # Errors
    /// Any [`Error`].
    fn discard(process: &mut Process) -> Result<(), Error> {
        process.kill()
    }
}

/// A private server.
///
/// Dropping it ends its processes at once, and deletes its data if its root is temporary. Data in a permanent root stays
/// intact, but the next start takes longer than after [`Server::stop`], because the server recovers its data.
#[derive(Debug)]
pub struct Server<E: Engine> {
    // Dropped in this order: the processes before the folder that they use.
    process: Option<Process>,
    /// When the process was started, until the server has answered.
    starting_since: Option<Instant>,
    engine: E,
    dir: ServerDir,
}

impl<E: Engine> Server<E> {
    /// Starts a server with default options and waits until it answers.
    ///
    /// # Errors
    /// Any [`Error`]; it contains the end of the server's log if the server did not become ready.
    pub fn start(root: &DataRoot) -> Result<Self, Error> {
        Self::start_with(root, E::Options::default())
    }

    /// Like [`Self::start`], with options.
    ///
    /// # Errors
    /// As for [`Self::start`].
    pub fn start_with(root: &DataRoot, options: E::Options) -> Result<Self, Error> {
        let mut server = Self::launch_new(root, options)?;
        server.await_ready()?;
        Ok(server)
    }

    /// Like [`Self::start`], but does not wait until the server answers: see [`Self::poll_ready`].
    ///
    /// # Errors
    /// Any [`Error`].
    pub fn begin_start(root: &DataRoot) -> Result<Self, Error> {
        Self::begin_start_with(root, E::Options::default())
    }

    /// Like [`Self::begin_start`], with options.
    ///
    /// # Errors
    /// Any [`Error`].
    pub fn begin_start_with(root: &DataRoot, options: E::Options) -> Result<Self, Error> {
        Self::launch_new(root, options)
    }

    /// Returns the URL for clients, with credentials.
    pub fn url(&self) -> String {
        self.engine.url_at(self.address())
    }

    /// Returns the URL for clients that connect through another address, such as that of a [`crate::FaultProxy`].
    pub fn url_at(&self, address: SocketAddr) -> String {
        self.engine.url_at(address)
    }

    /// Returns the address that the server listens on. It never changes.
    pub fn address(&self) -> SocketAddr {
        self.engine.address()
    }

    /// Returns the id of the main process, or `None` after [`Self::kill`], [`Self::stop`] and a failed start.
    pub fn pid(&self) -> Option<u32> {
        self.process.as_ref().map(Process::pid)
    }

    /// Returns the exit status of a main process that ended without [`Self::kill`] or [`Self::stop`].
    pub fn unexpected_exit(&mut self) -> Option<ExitStatus> {
        self.process.as_mut()?.ended()
    }

    /// Simulates a crash: kills the processes with SIGKILL and waits until they have ended.
    ///
    /// # Errors
    /// [`Error::NotRunning`]; [`Error::Io`] if a process does not end.
    pub fn kill(&mut self) -> Result<(), Error> {
        self.running()?.kill()?;
        self.process = None;
        Ok(())
    }

    /// Shuts the server down in order, and kills it after [`Engine::STOP_LIMIT`].
    ///
    /// # Errors
    /// As for [`Self::kill`].
    pub fn stop(&mut self) -> Result<(), Error> {
        self.begin_stop()?;
        while !self.poll_stop()? {
            thread::sleep(INTERVAL);
        }
        Ok(())
    }

    /// Like [`Self::stop`], but does not wait until the server has ended: see [`Self::poll_stop`].
    ///
    /// # Errors
    /// [`Error::NotRunning`].
    pub fn begin_stop(&mut self) -> Result<(), Error> {
        self.running()?.begin_stop(E::STOP, E::STOP_LIMIT);
        Ok(())
    }

    /// Returns `true` once the server is not running. Kills a server that has not ended within [`Engine::STOP_LIMIT`] after
    /// [`Self::begin_stop`].
    ///
    /// # Errors
    /// [`Error::Io`] if a process does not end.
    pub fn poll_stop(&mut self) -> Result<bool, Error> {
        let Some(process) = &mut self.process else {
            return Ok(true);
        };
        let has_ended = process.poll_stop()?;
        if has_ended {
            self.process = None;
        }
        Ok(has_ended)
    }

    /// Starts the server with its data, credentials and port. Stops it first if it is running.
    ///
    /// If the main process was killed by someone else, its children may still be running: they are not ended. Those of
    /// PostgreSQL end when they notice the death of their parent, usually within milliseconds. A restart before that fails
    /// with [`Error::Ended`] and can be repeated.
    ///
    /// # Errors
    /// As for [`Self::start`].
    pub fn restart(&mut self) -> Result<(), Error> {
        self.begin_restart()?;
        self.await_ready()
    }

    /// Like [`Self::restart`], but does not wait until the server answers: see [`Self::poll_ready`].
    ///
    /// # Errors
    /// Any [`Error`].
    pub fn begin_restart(&mut self) -> Result<(), Error> {
        if self.process.is_some() {
            self.stop()?;
        }
        self.launch()
    }

    /// Returns `true` if the server has answered since it was started. Kills a server that has not answered after
    /// [`Engine::READY_LIMIT`]. Blocks for up to a few seconds if the server accepts a connection but does not answer.
    ///
    /// # Errors
    /// [`Error::NotReady`] and [`Error::Ended`], with the end of the server's log; [`Error::NotRunning`].
    pub fn poll_ready(&mut self) -> Result<bool, Error> {
        let ended = self.running()?.ended();
        let Some(since) = self.starting_since else {
            return Ok(true);
        };
        let kind = E::KIND;
        if let Some(status) = ended {
            self.process = None;
            let log = self.log();
            return Err(Error::Ended { kind, status, log });
        }
        if self.engine.is_ready() {
            self.starting_since = None;
            return Ok(true);
        }
        if since.elapsed() < E::READY_LIMIT {
            return Ok(false);
        }
        self.process = None;
        Err(Error::NotReady {
            kind,
            limit: E::READY_LIMIT,
            log: self.log(),
        })
    }

    /// Deletes all data and starts the server with the same credentials and port.
    ///
    /// # Errors
    /// As for [`Self::start`].
    pub fn wipe(&mut self) -> Result<(), Error> {
        self.discard()?;
        self.dir.clear()?;
        self.launch()?;
        self.await_ready()
    }

    /// Freezes the processes with SIGSTOP: connections stay open and the server does not answer.
    ///
    /// # Errors
    /// [`Error::NotRunning`].
    pub fn pause(&mut self) -> Result<(), Error> {
        self.running()?.pause();
        Ok(())
    }

    /// Continues the processes after [`Self::pause`].
    ///
    /// # Errors
    /// [`Error::NotRunning`].
    pub fn resume(&mut self) -> Result<(), Error> {
        self.running()?.resume();
        Ok(())
    }

    /// Returns the path of the server's log.
    pub fn log_file(&self) -> PathBuf {
        self.dir.log()
    }

    /// Returns the last lines of the server's log.
    pub fn log(&self) -> String {
        let bytes = fs::read(self.dir.log()).unwrap_or_default();
        last_lines(&String::from_utf8_lossy(&bytes)).to_owned()
    }

    pub(crate) const fn engine(&self) -> &E {
        &self.engine
    }

    pub(crate) const fn dir(&self) -> &ServerDir {
        &self.dir
    }

    pub(crate) fn running(&mut self) -> Result<&mut Process, Error> {
        self.process.as_mut().ok_or(Error::NotRunning(E::KIND))
    }

    fn launch_new(root: &DataRoot, options: E::Options) -> Result<Self, Error> {
        let dir = ServerDir::lock(root, E::KIND)?;
        let mut server = Self {
            process: None,
            starting_since: None,
            engine: E::prepare(&dir, options)?,
            dir,
        };
        server.launch()?;
        Ok(server)
    }

    fn launch(&mut self) -> Result<(), Error> {
        self.process = Some(self.engine.launch(&self.dir)?);
        self.starting_since = Some(Instant::now());
        Ok(())
    }

    fn await_ready(&mut self) -> Result<(), Error> {
        while !self.poll_ready()? {
            thread::sleep(INTERVAL);
        }
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
