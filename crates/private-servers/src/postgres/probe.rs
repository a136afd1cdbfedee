use std::io::{Read as _, Write as _};
use std::net::SocketAddr;

use crate::wait::connect;

/// Length, version 3.0, `user` and its value, the end of the list:
/// <https://www.postgresql.org/docs/current/protocol-message-formats.html>.
const STARTUP: &[u8] = b"\0\0\0\x1a\0\x03\0\0user\0observatory\0\0";

/// Whether it asks for a password (`R`). While it starts up or recovers it answers with an error (`E`).
pub(super) fn accepts_sessions(address: SocketAddr) -> bool {
    let mut answer = [0];
    let asked = connect(address).and_then(|mut connection| {
        connection.write_all(STARTUP)?;
        connection.read_exact(&mut answer)
    });
    asked.is_ok() && answer == *b"R"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_message_begins_with_its_length() {
        let length = u32::try_from(STARTUP.len()).expect("short");
        assert_eq!(STARTUP[..4], length.to_be_bytes());
    }
}
