//! The processes of a server. They end with this process where the system supports it, and are signalled by id.

mod account;
mod invocation;
mod spawn;
mod tree;

use std::fs::OpenOptions;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use crate::Error;
use crate::wait::{INTERVAL, poll};

pub(crate) use account::{Account, command};
pub(crate) use invocation::{Invocation, last_lines, run};
pub(crate) use spawn::spawn_from_permanent_thread;

/// The longest time from SIGKILL to the end of a process.
const KILL_LIMIT: Duration = Duration::from_secs(20);

/// A running process and its descendants. Dropping it kills all of them.
///
/// If something else kills the process, its descendants become children of another process and are not found any more.
/// They are left to end by themselves.
#[derive(Debug)]
pub struct Process {
    child: Child,
    shutdown: Option<Shutdown>,
}

/// A shutdown that was requested.
#[derive(Debug)]
struct Shutdown {
    /// The descendants at the time of the request.
    descendants: Vec<tree::ListedProcess>,
    deadline: Instant,
}

impl Process {
    /// Starts a command and appends its output to a log file.
    pub(crate) fn start(mut command: Command, log: &Path) -> Result<Self, Error> {
        let doing = || format!("open the log {}", log.display());
        let output = OpenOptions::new()
            .create(true)
            .append(true)
            .open(log)
            .map_err(Error::io(doing()))?;
        let errors = output.try_clone().map_err(Error::io(doing()))?;
        command.stdin(Stdio::null()).stdout(output).stderr(errors);
        if account::has_parent_death_signal() {
            // A separate group keeps Ctrl+C away from the server: this process ends it after its clients.
            command.process_group(0);
        }
        let program = command.get_program().to_string_lossy().into_owned();
        let child =
            spawn_from_permanent_thread(command).map_err(Error::io(format!("start {program}")))?;
        Ok(Self {
            child,
            shutdown: None,
        })
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Returns the exit status, or `None` while the process runs.
    pub(crate) fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().ok().flatten()
    }

    /// Freezes the process and its descendants.
    pub(crate) fn pause(&mut self) {
        self.freeze();
        self.signal_descendants(Signal::STOP);
    }

    /// Continues the process and its descendants after [`Self::pause`].
    pub(crate) fn resume(&mut self) {
        self.signal_descendants(Signal::CONT);
        self.signal(Signal::CONT);
    }

    /// Sends a signal that requests the end of the process, and kills it after the limit.
    pub(crate) fn stop(&mut self, signal: Signal, limit: Duration) -> Result<(), Error> {
        self.begin_stop(signal, limit);
        while !self.poll_stop()? {
            thread::sleep(INTERVAL);
        }
        Ok(())
    }

    /// Like [`Self::stop`], but does not wait: see [`Self::poll_stop`].
    pub(crate) fn begin_stop(&mut self, signal: Signal, limit: Duration) {
        self.resume();
        self.shutdown = Some(Shutdown {
            descendants: self.descendants(),
            deadline: Instant::now() + limit,
        });
        self.signal(signal);
    }

    /// Returns `true` once the process has ended, and kills it after the limit of [`Self::begin_stop`]. Its descendants have
    /// ended then too.
    pub(crate) fn poll_stop(&mut self) -> Result<bool, Error> {
        let has_ended = self.ended().is_some();
        match &self.shutdown {
            Some(shutdown) if has_ended => tree::kill(&shutdown.descendants, KILL_LIMIT)?,
            Some(shutdown) if Instant::now() >= shutdown.deadline => self.kill()?,
            _ => return Ok(has_ended),
        }
        Ok(true)
    }

    /// Kills the process and every descendant, and waits until all of them have ended.
    pub(crate) fn kill(&mut self) -> Result<(), Error> {
        self.freeze();
        let descendants = self.descendants();
        self.signal(Signal::KILL);
        let pid = self.pid();
        poll(KILL_LIMIT, || self.ended()).ok_or_else(|| tree::kill_timeout(pid))?;
        tree::kill(&descendants, KILL_LIMIT)
    }

    /// A frozen process cannot start descendants while they are listed.
    fn freeze(&mut self) {
        self.signal(Signal::STOP);
    }

    fn descendants(&mut self) -> Vec<tree::ListedProcess> {
        if self.ended().is_some() {
            return Vec::new();
        }
        tree::descendants(self.pid())
    }

    fn signal_descendants(&mut self, signal: Signal) {
        for process in self.descendants() {
            process.signal(signal);
        }
    }

    /// Has no effect on a process that has been waited for: its id may belong to another process by now.
    fn signal(&mut self, signal: Signal) {
        if self.ended().is_some() {
            return;
        }
        if let Some(pid) = i32::try_from(self.pid()).ok().and_then(Pid::from_raw) {
            // If it ends before the signal, it is a zombie, which ignores signals.
            let _ended = kill_process(pid, signal);
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if let Err(error) = self.kill() {
            eprintln!("{error}");
        }
    }
}
