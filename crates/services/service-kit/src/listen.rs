use std::net::SocketAddr;

/// Why an address is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0} can be reached from other machines, and no tokens are configured; configure tokens, listen on a \
     loopback address, or accept the risk with --insecure"
)]
pub struct ListenError(pub SocketAddr);

/// Refuses to expose an interface that requires no token.
///
/// # Errors
/// If `address` is not a loopback address, no tokens are configured, and `insecure` is `false`.
pub fn check_listen_address(
    address: SocketAddr,
    has_tokens: bool,
    insecure: bool,
) -> Result<(), ListenError> {
    if address.ip().to_canonical().is_loopback() || has_tokens || insecure {
        Ok(())
    } else {
        Err(ListenError(address))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn open_addresses_need_tokens_or_the_insecure_flag() {
        let check = |address: &str, has_tokens, insecure| {
            check_listen_address(address.parse().expect("address"), has_tokens, insecure).is_ok()
        };
        assert!(check("127.0.0.1:1", false, false));
        assert!(check("[::1]:1", false, false));
        assert!(check("[::ffff:127.0.0.1]:1", false, false));
        for open in ["0.0.0.0:1", "[::]:1", "192.0.2.1:1"] {
            assert!(!check(open, false, false));
            assert!(check(open, true, false));
            assert!(check(open, false, true));
        }
    }
}
