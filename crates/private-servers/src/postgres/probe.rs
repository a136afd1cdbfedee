use std::io::{Read as _, Write as _};
use std::net::SocketAddr;

use crate::wait::connect;

/// StartupMessage: length, protocol version 3.0, `user` and its value, terminator. See
/// <https://www.postgresql.org/docs/current/protocol-message-formats.html>.
const STARTUP: &[u8] = b"\0\0\0\x1a\0\x03\0\0user\0observatory\0\0";

/// Returns `true` if the server requests a password (`R`). It answers with an error (`E`) during start-up and recovery.
pub(super) fn accepts_sessions(address: SocketAddr) -> bool {
    let mut answer = [0];
    let exchanged = connect(address).and_then(|mut connection| {
        connection.write_all(STARTUP)?;
        connection.read_exact(&mut answer)
    });
    exchanged.is_ok() && answer == *b"R"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn startup_message_begins_with_its_length() {
        let length = u32::try_from(STARTUP.len()).expect("short");
        assert_eq!(STARTUP[..4], length.to_be_bytes());
    }
}
