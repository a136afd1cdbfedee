//! The first messages of AMQP 0-9-1, until the broker has accepted the password:
//! <https://www.rabbitmq.com/resources/specs/amqp0-9-1.pdf>, sections 2.2.4 and 4.2.

use std::io::{self, Read, Write as _};
use std::net::{SocketAddr, TcpStream};

use crate::wait::connect;

const HEADER: &[u8; 8] = b"AMQP\0\0\x09\x01";
const METHOD_FRAME: u8 = 1;
const FRAME_END: u8 = 0xce;
/// Class id and method id of the methods that the probe exchanges.
const START: [u8; 4] = [0, 10, 0, 10];
const START_OK: [u8; 4] = [0, 10, 0, 11];
const TUNE: [u8; 4] = [0, 10, 0, 30];

/// Returns `true` if the broker accepts the user's password. It has no users until its definitions are loaded.
pub(super) fn accepts_login(address: SocketAddr, user: &str, password: &str) -> bool {
    connect(address)
        .and_then(|connection| log_in(connection, user, password))
        .unwrap_or(false)
}

fn log_in(mut connection: TcpStream, user: &str, password: &str) -> io::Result<bool> {
    connection.write_all(HEADER)?;
    if read_method(&mut connection)? != START {
        return Ok(false);
    }
    connection.write_all(&start_ok(user, password))?;
    Ok(read_method(&mut connection)? == TUNE)
}

/// Builds the frame of `start-ok`: client properties (none), mechanism, response, locale.
fn start_ok(user: &str, password: &str) -> Vec<u8> {
    let response = format!("\0{user}\0{password}");
    let mut payload = START_OK.to_vec();
    payload.extend(0u32.to_be_bytes());
    payload.extend(b"\x05PLAIN");
    payload.extend(length_of(response.as_bytes()));
    payload.extend(response.as_bytes());
    payload.extend(b"\x05en_US");
    let mut frame = vec![METHOD_FRAME, 0, 0];
    frame.extend(length_of(&payload));
    frame.extend(payload);
    frame.push(FRAME_END);
    frame
}

fn length_of(bytes: &[u8]) -> [u8; 4] {
    u32::try_from(bytes.len())
        .expect("a probe is short")
        .to_be_bytes()
}

/// Reads a method frame (type, channel, length, class, method, arguments, end mark) and returns its class and method.
fn read_method(connection: &mut impl Read) -> io::Result<[u8; 4]> {
    let mut header = [0; 7];
    connection.read_exact(&mut header)?;
    let length = u32::from_be_bytes([header[3], header[4], header[5], header[6]]);
    let mut method = [0; 4];
    connection.read_exact(&mut method)?;
    let rest = u64::from(length).saturating_sub(method.len() as u64) + 1;
    io::copy(&mut connection.take(rest), &mut io::sink())?;
    Ok(method)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn written_frame_can_be_read() {
        let frame = start_ok("ada", "secret");
        assert_eq!(frame.last(), Some(&FRAME_END));
        assert_eq!(read_method(&mut &frame[..]).expect("a frame"), START_OK);
    }
}
