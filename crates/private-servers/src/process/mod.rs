//! The processes of a server: started so that they cannot outlive us, ended by their ids.

mod account;
mod once;
mod spawn;
mod tree;

use std::fs::OpenOptions;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};

use crate::Error;
use crate::wait::poll;

pub(crate) use account::{Account, command};
pub(crate) use once::{Once, last_lines, run};

/// How long the kernel may take to remove a killed process.
const DEATH: Duration = Duration::from_secs(20);

/// A running process with its descendants. Dropping it kills them all.
#[derive(Debug)]
pub struct Process {
    child: Child,
}

impl Process {
    /// Starts a command whose output goes to the end of a log file.
    pub(crate) fn start(mut command: Command, log: &Path) -> Result<Self, Error> {
        let doing = || format!("open the log {}", log.display());
        let output = OpenOptions::new()
            .create(true)
            .append(true)
            .open(log)
            .map_err(Error::io(doing()))?;
        let errors = output.try_clone().map_err(Error::io(doing()))?;
        command.stdin(Stdio::null()).stdout(output).stderr(errors);
        if account::dies_with_us() {
            // In a group of its own: Ctrl+C is for us, who end it after those that need it.
            command.process_group(0);
        }
        let program = command.get_program().to_string_lossy().into_owned();
        let child =
            spawn::from_a_lasting_thread(command).map_err(Error::io(format!("start {program}")))?;
        Ok(Self { child })
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// How it ended, if it did.
    pub(crate) fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().ok().flatten()
    }

    /// Freezes it with all its descendants.
    pub(crate) fn pause(&mut self) {
        self.freeze();
        self.signal_descendants(Signal::STOP);
    }

    /// Lets it go on after [`Self::pause`].
    pub(crate) fn resume(&mut self) {
        self.signal_descendants(Signal::CONT);
        self.signal(Signal::CONT);
    }

    /// Asks it to end with a signal, and kills it when it has not ended within the limit.
    pub(crate) fn stop(&mut self, signal: Signal, limit: Duration) -> Result<(), Error> {
        self.resume();
        let descendants = self.descendants();
        self.signal(signal);
        if poll(limit, || self.ended()).is_none() {
            return self.kill();
        }
        tree::kill(&descendants, DEATH)
    }

    /// Kills it and every descendant, and waits until all of them are gone.
    pub(crate) fn kill(&mut self) -> Result<(), Error> {
        self.freeze();
        let descendants = self.descendants();
        self.signal(Signal::KILL);
        let pid = self.pid();
        poll(DEATH, || self.ended()).ok_or_else(|| tree::undead(pid))?;
        tree::kill(&descendants, DEATH)
    }

    /// A frozen process makes no descendants while they are counted.
    fn freeze(&mut self) {
        self.signal(Signal::STOP);
    }

    fn descendants(&mut self) -> Vec<tree::Member> {
        if self.ended().is_some() {
            return Vec::new();
        }
        tree::descendants(self.pid())
    }

    fn signal_descendants(&mut self, signal: Signal) {
        for member in self.descendants() {
            member.signal(signal);
        }
    }

    /// A process that has ended and was waited for gets nothing: its id may be another's by now.
    fn signal(&mut self, signal: Signal) {
        if self.ended().is_some() {
            return;
        }
        if let Some(pid) = i32::try_from(self.pid()).ok().and_then(Pid::from_raw) {
            // It may end between the question and the signal; then it is a zombie, which takes no harm.
            let _ended_meanwhile = kill_process(pid, signal);
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
