//! The question before a change that cannot be undone.

use std::io::{self, IsTerminal};

use tokio::sync::oneshot;

use crate::failure::Failure;

/// Whether a user can be asked.
pub(crate) fn has_terminal() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

/// Shows the question.
pub(crate) fn ask(question: &str) {
    eprint!("{question} [y/N] ");
}

/// Reads the answer; blocks until there is one.
pub(crate) fn read_line() -> io::Result<String> {
    let mut answer = String::new();
    io::stdin().read_line(&mut answer)?;
    Ok(answer)
}

/// Reads the answer on another thread, which is left behind when this future is dropped: nothing can end a read of the
/// terminal, and a runtime would wait for one of its own threads.
pub(crate) async fn answer() -> io::Result<String> {
    let (sender, line) = oneshot::channel();
    std::thread::spawn(move || sender.send(read_line()));
    line.await.map_err(io::Error::other)?
}

/// # Errors
/// When the answer is not yes.
pub(crate) fn check(answer: &str) -> Result<(), Failure> {
    match answer.trim() {
        "y" | "Y" | "yes" => Ok(()),
        _ => Err(Failure::failed("nothing was changed")),
    }
}
