use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use crossterm::event::EventStream;

/// Longest wait for the first poll of the terminal.
const FIRST_POLL: Duration = Duration::from_millis(20);

/// Returns a stream of the input after another program had the terminal. What was typed before was meant for that program.
///
/// crossterm learns once from the operating system that there is input, also when the other program has read it. Its next
/// poll then reads until a key is pressed, so that poll is made on a thread of its own. It also takes the report that an earlier
/// stream has ended, which would otherwise hide the first key until the second one.
pub(crate) fn restarted_input() -> EventStream {
    #[cfg(unix)]
    {
        use rustix::termios::{QueueSelector, tcflush};
        // Without a terminal there is nothing to discard.
        let _ = tcflush(std::io::stdin(), QueueSelector::IFlush);
    }
    let (sender, polled) = mpsc::channel();
    thread::spawn(move || {
        let _ = crossterm::event::poll(Duration::ZERO);
        let _ = sender.send(());
    });
    // A poll that takes longer waits for a key, which the stream receives.
    let _ = polled.recv_timeout(FIRST_POLL);
    EventStream::new()
}
