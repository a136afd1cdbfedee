//! SIGINT, SIGTERM and SIGHUP, or Ctrl+C where there are no signals.

use crate::exit::Exit;

/// Waits for the first signal. Returns the exit code for it.
pub(crate) async fn first() -> Exit {
    Signals::listen().next().await
}

/// Receives SIGINT, SIGTERM and, if asked for, SIGHUP, which then no longer end the process.
#[cfg(unix)]
pub(crate) struct Signals {
    interrupt: Option<tokio::signal::unix::Signal>,
    terminate: Option<tokio::signal::unix::Signal>,
    hangup: Option<tokio::signal::unix::Signal>,
}

#[cfg(unix)]
impl Signals {
    /// Registers the handlers. A signal whose handler cannot be registered still ends the process.
    pub(crate) fn listen() -> Self {
        use tokio::signal::unix::{SignalKind, signal};
        Self {
            interrupt: signal(SignalKind::interrupt()).ok(),
            terminate: signal(SignalKind::terminate()).ok(),
            hangup: None,
        }
    }

    /// Registers the handlers, and treats SIGHUP as SIGTERM unless the process ignores it, as under `nohup`.
    pub(crate) fn listen_with_hangup() -> Self {
        use tokio::signal::unix::{SignalKind, signal};
        let hangup = (!ignores_hangup()).then(|| signal(SignalKind::hangup()).ok());
        Self {
            hangup: hangup.flatten(),
            ..Self::listen()
        }
    }

    /// Ignores SIGINT from now on. A terminal interface reads Ctrl+C as a key; the signal is for the program, such as a
    /// pager, that has the terminal meanwhile.
    #[must_use]
    pub(crate) fn without_interrupt(self) -> Self {
        // The handler stays registered.
        Self {
            interrupt: None,
            ..self
        }
    }

    /// Ignores SIGHUP from now on. One closed terminal can send it several times: its shell, and then the kernel.
    pub(crate) fn ignore_hangup(&mut self) {
        self.hangup = None;
    }

    /// Waits for the next signal. Returns the exit code for it.
    pub(crate) async fn next(&mut self) -> Exit {
        tokio::select! {
            () = received(&mut self.interrupt) => Exit::Interrupted,
            () = received(&mut self.terminate) => Exit::Terminated,
            () = received(&mut self.hangup) => Exit::Terminated,
        }
    }
}

/// Catches SIGXFSZ from now on. The process and its programs are limited in the size of files by `ulimit -f`; by default, this
/// signal ends a process that writes beyond it. Once it is caught, the write fails instead. Programs
/// of jobs do not inherit this: a signal that is caught, rather than ignored, has its default effect in a new program.
#[cfg(unix)]
pub(crate) fn survive_file_size_limit() {
    use rustix::process::Signal;
    use tokio::signal::unix::{SignalKind, signal};
    // The handler stays registered when the receiver is dropped.
    let _ = signal(SignalKind::from_raw(Signal::XFSZ.as_raw()));
}

#[cfg(not(unix))]
pub(crate) fn survive_file_size_limit() {}

/// Returns `true` if the process ignores SIGHUP, as under `nohup`.
///
/// Linux lists the ignored signals as the bits of a hexadecimal number, see proc_pid_status(5). SIGHUP is the first. Elsewhere
/// this is unknown.
#[cfg(unix)]
pub(crate) fn ignores_hangup() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let signals = ignored.and_then(|text| u64::from_str_radix(text.trim(), 16).ok());
    signals.is_some_and(|signals| signals & 1 == 1)
}

#[cfg(unix)]
async fn received(signal: &mut Option<tokio::signal::unix::Signal>) {
    let received = match signal {
        Some(signal) => signal.recv().await,
        None => None,
    };
    if received.is_none() {
        std::future::pending().await
    }
}

/// Receives Ctrl+C, which then no longer ends the process.
#[cfg(not(unix))]
pub(crate) struct Signals;

#[cfg(not(unix))]
impl Signals {
    /// Registers the handler.
    pub(crate) fn listen() -> Self {
        Self
    }

    /// Registers the handler.
    pub(crate) fn listen_with_hangup() -> Self {
        Self
    }

    /// Returns the same: Ctrl+C is the only signal here.
    #[must_use]
    pub(crate) fn without_interrupt(self) -> Self {
        self
    }

    /// Waits for the next Ctrl+C. Returns the exit code for it.
    pub(crate) async fn next(&mut self) -> Exit {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending().await
        }
        Exit::Interrupted
    }
}

/// Panics at SIGUSR1, which would end the process anyway. Debug builds have this, so that tests see what a panic leaves behind.
#[cfg(all(unix, debug_assertions))]
pub(crate) async fn panic_on_user_signal() {
    use tokio::signal::unix::{SignalKind, signal};
    let mut requests = signal(SignalKind::user_defined1()).ok();
    received(&mut requests).await;
    panic!("SIGUSR1 was received");
}
