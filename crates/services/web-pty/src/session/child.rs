use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use portable_pty::Child;
use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process_group, waitid};
use tokio::sync::oneshot;

/// A program in a terminal, which leads a process group. Dropping it kills the group; the program is reaped in any case.
#[derive(Debug)]
pub(super) struct ProgramProcess {
    running: Arc<Running>,
}

/// The process id, until the program is reaped and the id may belong to another process.
#[derive(Debug)]
struct Running(Mutex<Option<Pid>>);

impl ProgramProcess {
    /// Reaps the program on a thread of its own. The receiver gets its exit code: 128 plus the signal if a signal has
    /// ended it.
    ///
    /// # Errors
    /// When the thread cannot be started; the program is killed then.
    pub(super) fn watch(
        child: Box<dyn Child + Send + Sync>,
    ) -> io::Result<(Self, oneshot::Receiver<u8>)> {
        let pid = child.process_id().and_then(|id| i32::try_from(id).ok());
        let pid = pid.and_then(Pid::from_raw);
        let running = Arc::new(Running(Mutex::new(pid)));
        let process = Self {
            running: Arc::clone(&running),
        };
        let (ended, exit) = oneshot::channel();
        std::thread::Builder::new()
            .name("terminal-reaper".to_owned())
            .spawn(move || {
                // Without a receiver, the session has ended already.
                let _ = ended.send(running.reap(child));
            })?;
        Ok((process, exit))
    }

    /// Sends a signal to the process group, if the program has not ended.
    pub(super) fn signal(&self, signal: Signal) {
        if let Some(pid) = *self.running.lock() {
            // It may have ended by itself, and wait to be reaped.
            let _ = kill_process_group(pid, signal);
        }
    }
}

impl Drop for ProgramProcess {
    fn drop(&mut self) {
        self.signal(Signal::KILL);
    }
}

impl Running {
    fn lock(&self) -> MutexGuard<'_, Option<Pid>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for the end of the program. Its id stays valid until the lock is held, so that no other process gets a signal.
    fn reap(&self, mut child: Box<dyn Child + Send + Sync>) -> u8 {
        // The lock must not be held here: signals are sent meanwhile.
        let pid = *self.lock();
        let code = pid.and_then(await_end);
        let mut pid = self.lock();
        let status = child.wait();
        *pid = None;
        code.or_else(|| u8::try_from(status.ok()?.exit_code()).ok())
            .unwrap_or(1)
    }
}

/// Waits for the end of a process without reaping it.
fn await_end(pid: Pid) -> Option<u8> {
    let options = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT;
    loop {
        match waitid(WaitId::Pid(pid), options) {
            Ok(Some(status)) => {
                let signal = status.terminating_signal().map(|signal| 128 + signal);
                let code = status.exit_status().or(signal)?;
                return u8::try_from(code).ok();
            }
            Err(rustix::io::Errno::INTR) => {}
            Ok(None) | Err(_) => return None,
        }
    }
}
