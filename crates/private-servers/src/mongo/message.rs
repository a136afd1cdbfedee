//! One command and its answer over OP_MSG:
//! <https://www.mongodb.com/docs/manual/reference/mongodb-wire-protocol/#op_msg>.

use std::io::{self, Read as _, Write as _};
use std::net::SocketAddr;

use bson::{Bson, Document, RawDocumentBuf};

use crate::wait::connect;

const HEADER_BYTES: usize = 16;
const OP_MSG: i32 = 2013;
/// Flags (4 bytes) and the kind of the section (1 byte), all zero: one section with one document.
const BODY_PREFIX: [u8; 5] = [0; 5];
/// Above the size of any answer to a probe.
const MAX_ANSWER_BYTES: usize = 1 << 20;

/// The document that the server returned.
pub(super) struct Answer(Document);

/// Runs a command on the database `admin` without authentication.
pub(super) fn run_command(address: SocketAddr, mut command: Document) -> io::Result<Answer> {
    command.insert("$db", "admin");
    let mut connection = connect(address)?;
    connection.write_all(&message(&command)?)?;
    let mut length = [0; 4];
    connection.read_exact(&mut length)?;
    let length = usize::try_from(i32::from_le_bytes(length)).unwrap_or(0);
    if !(HEADER_BYTES + BODY_PREFIX.len()..=MAX_ANSWER_BYTES).contains(&length) {
        return Err(io::ErrorKind::InvalidData.into());
    }
    let mut rest = vec![0; length - 4];
    connection.read_exact(&mut rest)?;
    let document = rest.split_off(HEADER_BYTES - 4 + BODY_PREFIX.len());
    Document::from_reader(document.as_slice())
        .map(Answer)
        .map_err(io::Error::other)
}

impl Answer {
    /// Returns `true` if the command succeeded.
    pub(super) fn is_ok(&self) -> bool {
        self.0.get("ok").and_then(Bson::as_f64) == Some(1.0)
    }

    /// Returns the error code of a failed command.
    pub(super) fn error_code(&self) -> Option<i32> {
        self.0.get_i32("code").ok()
    }
}

/// Builds a message: header (length, request id, id of the answered request, opcode), flags, section.
fn message(command: &Document) -> io::Result<Vec<u8>> {
    let document = RawDocumentBuf::try_from(command).map_err(io::Error::other)?;
    let document = document.as_bytes();
    let length = HEADER_BYTES + BODY_PREFIX.len() + document.len();
    let length = i32::try_from(length).expect("a probe is short");
    let mut message = Vec::new();
    for number in [length, 1, 0, OP_MSG] {
        message.extend(number.to_le_bytes());
    }
    message.extend(BODY_PREFIX);
    message.extend(document);
    Ok(message)
}

#[cfg(test)]
mod tests {
    use bson::doc;

    use super::*;

    #[test]
    fn message_follows_the_specification() {
        let message = message(&doc! { "hello": "world" }).expect("valid");
        let (header, rest) = message.split_at(HEADER_BYTES);
        assert_eq!(header[..4], [43, 0, 0, 0]);
        assert_eq!(header[12..], OP_MSG.to_le_bytes());
        assert_eq!(rest, b"\0\0\0\0\0\x16\0\0\0\x02hello\0\x06\0\0\0world\0\0");
    }

    #[test]
    fn answer_reports_success_and_error_code() {
        let answer = Answer(doc! { "ok": 1.0, "code": 13 });
        assert!(answer.is_ok());
        assert_eq!(answer.error_code(), Some(13));
        let empty = Answer(doc! {});
        assert!(!empty.is_ok() && empty.error_code().is_none());
    }
}
