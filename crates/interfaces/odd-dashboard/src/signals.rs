use crate::exit::Exit;

/// Waits for the first SIGINT or SIGTERM.
#[cfg(unix)]
pub(crate) async fn first() -> Exit {
    use tokio::signal::unix::{SignalKind, signal};
    let (Ok(mut interrupt), Ok(mut terminate)) = (
        signal(SignalKind::interrupt()),
        signal(SignalKind::terminate()),
    ) else {
        // Without handlers the signals do what they always did: end the process.
        return std::future::pending().await;
    };
    tokio::select! {
        _ = interrupt.recv() => Exit::Interrupted,
        _ = terminate.recv() => Exit::Terminated,
    }
}

/// Waits for Ctrl+C.
#[cfg(not(unix))]
pub(crate) async fn first() -> Exit {
    if tokio::signal::ctrl_c().await.is_err() {
        return std::future::pending().await;
    }
    Exit::Interrupted
}
