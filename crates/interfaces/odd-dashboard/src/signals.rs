//! SIGINT and SIGTERM, or Ctrl+C where there are no signals.

use crate::exit::Exit;

/// Waits for the first signal. Returns the exit code for it.
pub(crate) async fn first() -> Exit {
    Signals::listen().next().await
}

/// Receives SIGINT and SIGTERM, which then no longer end the process.
#[cfg(unix)]
pub(crate) struct Signals {
    interrupt: Option<tokio::signal::unix::Signal>,
    terminate: Option<tokio::signal::unix::Signal>,
}

#[cfg(unix)]
impl Signals {
    /// Registers the handlers. A signal whose handler cannot be registered still ends the process.
    pub(crate) fn listen() -> Self {
        use tokio::signal::unix::{SignalKind, signal};
        Self {
            interrupt: signal(SignalKind::interrupt()).ok(),
            terminate: signal(SignalKind::terminate()).ok(),
        }
    }

    /// Waits for the next signal. Returns the exit code for it.
    pub(crate) async fn next(&mut self) -> Exit {
        tokio::select! {
            () = received(&mut self.interrupt) => Exit::Interrupted,
            () = received(&mut self.terminate) => Exit::Terminated,
        }
    }
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

    /// Waits for the next Ctrl+C. Returns the exit code for it.
    pub(crate) async fn next(&mut self) -> Exit {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending().await
        }
        Exit::Interrupted
    }
}
