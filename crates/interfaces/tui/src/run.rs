use std::io;

use crate::connection::Connection;
use crate::event_loop::EventLoop;
use crate::options::Options;
use crate::outcome::Outcome;
use crate::terminal::Session;

/// The interface could not run.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The terminal could not be used.
    #[error("cannot use the terminal")]
    Terminal(#[from] io::Error),
}

/// Shows the observatory until the user quits, or `terminated` completes. Has to run on a Tokio runtime. The terminal is restored in every case.
///
/// # Errors
/// When the terminal cannot be used, or is lost.
pub async fn run(
    connection: Connection,
    options: Options,
    terminated: impl Future<Output = ()>,
) -> Result<Outcome, RunError> {
    let session = Session::start(options.mouse)?;
    let event_loop = EventLoop::open(connection, options, &session)?;
    let (outcome, last_screen) = event_loop.run(terminated).await?;
    session.end_with(last_screen.as_deref())?;
    Ok(outcome)
}
