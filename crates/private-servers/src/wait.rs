//! Polling at a fixed interval until a deadline, and connections that do not wait for long.

use std::io;
use std::net::{SocketAddr, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

const INTERVAL: Duration = Duration::from_millis(20);
/// How long a probe may take for one step. On loopback only a server that hangs takes longer.
const STEP: Duration = Duration::from_secs(2);

/// What `probe` found, or `None` when it found nothing until the limit was over. It is asked at least once.
pub(crate) fn poll<T>(limit: Duration, mut probe: impl FnMut() -> Option<T>) -> Option<T> {
    let deadline = Instant::now() + limit;
    loop {
        if let Some(found) = probe() {
            return Some(found);
        }
        if Instant::now() >= deadline {
            return None;
        }
        thread::sleep(INTERVAL);
    }
}

/// A connection on which nothing takes longer than two seconds.
pub(crate) fn connect(address: SocketAddr) -> io::Result<TcpStream> {
    let connection = TcpStream::connect_timeout(&address, STEP)?;
    connection.set_read_timeout(Some(STEP))?;
    connection.set_write_timeout(Some(STEP))?;
    Ok(connection)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_found_late_is_found() {
        let mut asked = 0;
        let found = poll(Duration::from_secs(60), || {
            asked += 1;
            (asked == 3).then_some(asked)
        });
        assert_eq!(found, Some(3));
    }

    #[test]
    fn it_asks_once_and_gives_up_at_the_deadline() {
        let mut asked = 0;
        let found: Option<()> = poll(Duration::ZERO, || {
            asked += 1;
            None
        });
        assert_eq!((found, asked), (None, 1));
    }
}
