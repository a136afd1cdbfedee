use std::net::{Ipv4Addr, SocketAddr, TcpListener};

use crate::Error;
use crate::claim::Claim;
use crate::secret;

/// Ports are taken from below the range that operating systems give to outgoing connections. From inside that range, a
/// client that tries again and again while the server is down would one day be connected to itself.
const FIRST: u16 = 15_000;
const COUNT: u16 = 15_000;
const TRIES: usize = 200;

/// A port on loopback that is ours for as long as this value lives, whether or not a server listens on it.
#[derive(Debug)]
pub(crate) struct Port {
    number: u16,
    /// Locked: what other processes with this crate respect while nothing listens.
    _claim: Claim,
}

impl Port {
    /// The wanted port if it is free, else any free one.
    pub(crate) fn claim(wanted: Option<u16>) -> Result<Self, Error> {
        if let Some(port) = wanted.map(Self::try_claim).transpose()?.flatten() {
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

    pub(crate) const fn number(&self) -> u16 {
        self.number
    }

    /// Where a server at this port is reached.
    pub(crate) const fn address(&self) -> SocketAddr {
        SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), self.number)
    }

    fn try_claim(number: u16) -> Result<Option<Self>, Error> {
        let user = rustix::process::geteuid().as_raw();
        let folder = std::env::temp_dir().join(format!("odd-private-ports-{user}"));
        std::fs::create_dir_all(&folder).map_err(Error::io("make the folder of claimed ports"))?;
        let claim = Claim::take(&folder.join(number.to_string()))
            .map_err(Error::io(format!("claim port {number}")))?;
        let is_free = |_: &Claim| TcpListener::bind((Ipv4Addr::LOCALHOST, number)).is_ok();
        let claim = claim.filter(is_free);
        Ok(claim.map(|_claim| Self { number, _claim }))
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
    fn a_claimed_port_is_not_given_again_until_it_is_dropped() {
        let first = Port::claim(None).expect("a port");
        let second = Port::claim(Some(first.number())).expect("another port");
        assert_ne!(first.number(), second.number());
        let number = first.number();
        drop(first);
        assert_eq!(Port::claim(Some(number)).expect("free").number(), number);
    }

    #[test]
    fn a_port_that_somebody_listens_on_is_passed_over() {
        let port = Port::claim(None).expect("a port");
        let number = port.number();
        let _listener = TcpListener::bind(port.address()).expect("free");
        drop(port);
        assert_ne!(Port::claim(Some(number)).expect("another").number(), number);
    }
}
