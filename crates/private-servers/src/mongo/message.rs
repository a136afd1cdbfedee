//! As much of BSON and of OP_MSG as a probe needs: <https://bsonspec.org/spec.html> and
//! <https://www.mongodb.com/docs/manual/reference/mongodb-wire-protocol/#op_msg>.

use std::io::{self, Read as _, Write as _};
use std::net::SocketAddr;

use crate::wait::connect;

const HEADER: usize = 16;
const OP_MSG: i32 = 2013;
/// More than any answer to a probe has.
const MAX_ANSWER: usize = 1 << 20;

/// What a command may hold.
pub(super) enum Value<'a> {
    Number(i32),
    Text(&'a str),
    Texts(&'a [&'a str]),
}

/// The document that came back.
pub(super) struct Answer(Vec<u8>);

/// Runs a command on the database `admin`, without logging in.
pub(super) fn ask(address: SocketAddr, command: &[(&str, Value<'_>)]) -> io::Result<Answer> {
    let mut connection = connect(address)?;
    connection.write_all(&message(command))?;
    let mut length = [0; 4];
    connection.read_exact(&mut length)?;
    let length = usize::try_from(i32::from_le_bytes(length)).unwrap_or(0);
    if !(HEADER..=MAX_ANSWER).contains(&length) {
        return Err(io::ErrorKind::InvalidData.into());
    }
    let mut rest = vec![0; length - 4];
    connection.read_exact(&mut rest)?;
    Ok(Answer(rest))
}

impl Answer {
    /// Whether it has `ok: 1.0`. Searching the bytes is enough: no probe asks for texts of others.
    pub(super) fn is_ok(&self) -> bool {
        self.bytes_of(b"\x01ok\0") == Some(1f64.to_le_bytes())
    }

    /// Its `code`.
    pub(super) fn error_code(&self) -> Option<i32> {
        self.bytes_of(b"\x10code\0").map(i32::from_le_bytes)
    }

    /// What follows the type and the name of an element.
    fn bytes_of<const N: usize>(&self, element: &[u8]) -> Option<[u8; N]> {
        let mut windows = self.0.windows(element.len());
        let start = windows.position(|window| window == element)? + element.len();
        self.0.get(start..start + N)?.try_into().ok()
    }
}

/// Header (length, id, the id answered to, kind), flags, one section of kind 0.
fn message(command: &[(&str, Value<'_>)]) -> Vec<u8> {
    let mut elements = Vec::new();
    for (name, value) in command {
        push(&mut elements, name, value);
    }
    push(&mut elements, "$db", &Value::Text("admin"));
    let mut body = vec![0; 4];
    body.push(0);
    body.extend(document(&elements));
    let mut message = Vec::new();
    for number in [length(HEADER + body.len()), 1, 0, OP_MSG] {
        message.extend(number.to_le_bytes());
    }
    message.extend(body);
    message
}

fn document(elements: &[u8]) -> Vec<u8> {
    let mut document = length(4 + elements.len() + 1).to_le_bytes().to_vec();
    document.extend(elements);
    document.push(0);
    document
}

/// Type, name, value.
fn push(elements: &mut Vec<u8>, name: &str, value: &Value<'_>) {
    let (kind, bytes) = match value {
        Value::Number(number) => (0x10, number.to_le_bytes().to_vec()),
        Value::Text(text) => {
            let mut bytes = length(text.len() + 1).to_le_bytes().to_vec();
            bytes.extend(text.as_bytes());
            bytes.push(0);
            (0x02, bytes)
        }
        Value::Texts(texts) => {
            let mut members = Vec::new();
            for (index, text) in texts.iter().enumerate() {
                push(&mut members, &index.to_string(), &Value::Text(text));
            }
            (0x04, document(&members))
        }
    };
    elements.push(kind);
    elements.extend(name.as_bytes());
    elements.push(0);
    elements.extend(bytes);
}

fn length(bytes: usize) -> i32 {
    i32::try_from(bytes).expect("a probe is short")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_is_as_the_specification_prints_it() {
        let mut elements = Vec::new();
        push(&mut elements, "hello", &Value::Text("world"));
        assert_eq!(
            document(&elements),
            b"\x16\0\0\0\x02hello\0\x06\0\0\0world\0\0"
        );
    }

    #[test]
    fn answers_are_read() {
        let mut elements = b"\x01ok\0".to_vec();
        elements.extend(1f64.to_le_bytes());
        push(&mut elements, "code", &Value::Number(13));
        let answer = Answer(document(&elements));
        assert!(answer.is_ok());
        assert_eq!(answer.error_code(), Some(13));
        let nothing = Answer(document(&[]));
        assert!(!nothing.is_ok() && nothing.error_code().is_none());
    }
}
