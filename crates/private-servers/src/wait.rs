//! Polling at a fixed interval until a deadline, and connections with short timeouts.

use std::io;
use std::net::{SocketAddr, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

/// The time between two calls of a probe.
pub(crate) const INTERVAL: Duration = Duration::from_millis(20);
/// The timeout of one step of a probe. On loopback, only a server that hangs exceeds it.
const STEP: Duration = Duration::from_secs(2);

/// Calls `probe` until it returns a value, which is returned, or until the limit has passed. Calls it at least once.
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

/// Connects with a timeout of two seconds, and sets it for reads and writes too.
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
    fn probe_is_repeated_until_it_returns_a_value() {
        let mut calls = 0;
        let found = poll(Duration::from_secs(60), || {
            calls += 1;
            (calls == 3).then_some(calls)
        });
        assert_eq!(found, Some(3));
    }

    #[test]
    fn probe_is_called_once_without_time() {
        let mut calls = 0;
        let found: Option<()> = poll(Duration::ZERO, || {
            calls += 1;
            None
        });
        assert_eq!((found, calls), (None, 1));
    }
}
