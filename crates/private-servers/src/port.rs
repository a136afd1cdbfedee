use std::net::{Ipv4Addr, SocketAddr, TcpListener};

use crate::Error;
use crate::file_lock::FileLock;
use crate::secret;

/// Ports come from below the ephemeral range of operating systems. With a port inside that range, a client that keeps
/// reconnecting while the server is down can connect to itself.
const FIRST: u16 = 15_000;
const COUNT: u16 = 15_000;
const TRIES: usize = 200;

/// A loopback port that is reserved while this value lives, whether or not a server listens on it.
#[derive(Debug)]
pub struct Port {
    number: u16,
    /// Reserves the port against other processes that use this crate.
    _lock: FileLock,
}

impl Port {
    /// Claims the preferred port if it is free, otherwise a random free one.
    ///
    /// # Errors
    /// [`Error::Io`] if no port can be claimed.
    pub fn claim(preferred: Option<u16>) -> Result<Self, Error> {
        if let Some(port) = preferred.map(Self::try_claim).transpose()?.flatten() {
            return Ok(port);
        }
        for _ in 0..TRIES {
            let number = FIRST + random_number()? % COUNT;
            if let Some(port) = Self::try_claim(number)? {
                return Ok(port);
            }
        }
        Err(Error::io("find a free port")(
            std::io::ErrorKind::AddrInUse.into(),
        ))
    }

    /// Returns the number of the port.
    pub const fn number(&self) -> u16 {
        self.number
    }

    /// Returns the loopback address with this port.
    pub const fn address(&self) -> SocketAddr {
        SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), self.number)
    }

    fn try_claim(number: u16) -> Result<Option<Self>, Error> {
        let user = rustix::process::geteuid().as_raw();
        let folder = std::env::temp_dir().join(format!("odd-private-ports-{user}"));
        std::fs::create_dir_all(&folder)
            .map_err(Error::io("create the folder of claimed ports"))?;
        let lock = FileLock::try_acquire(&folder.join(number.to_string()))
            .map_err(Error::io(format!("claim port {number}")))?;
        let is_free = |_: &FileLock| TcpListener::bind((Ipv4Addr::LOCALHOST, number)).is_ok();
        let lock = lock.filter(is_free);
        Ok(lock.map(|_lock| Self { number, _lock }))
    }
}

fn random_number() -> Result<u16, Error> {
    let digits = secret::random()?;
    Ok(u16::from_str_radix(&digits[..4], 16).expect("a secret is hexadecimal"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn claimed_port_is_reserved_until_it_is_dropped() {
        let first = Port::claim(None).expect("a port");
        let second = Port::claim(Some(first.number())).expect("another port");
        assert_ne!(first.number(), second.number());
        let number = first.number();
        drop(first);
        assert_eq!(Port::claim(Some(number)).expect("free").number(), number);
    }

    #[test]
    fn port_with_a_listener_is_skipped() {
        let port = Port::claim(None).expect("a port");
        let number = port.number();
        let _listener = TcpListener::bind(port.address()).expect("free");
        drop(port);
        assert_ne!(Port::claim(Some(number)).expect("another").number(), number);
    }
}
