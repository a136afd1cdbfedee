use std::cell::RefCell;
use std::fmt;

use serde::Deserializer;
use serde::de::{self, DeserializeSeed, MapAccess, SeqAccess, Visitor};
use serde_json::map::Entry;
use serde_json::{Map, Number, Value};

use crate::json_pointer::child;

/// Why [`parse_strict`] rejects a text, and where. The message contains line and column.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message} at line {line} column {column}")]
pub struct JsonError {
    message: String,
    line: usize,
    column: usize,
    pointer: String,
}

impl JsonError {
    /// Returns what is wrong, without the place.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Returns the number of the faulty line, from 1.
    pub fn line(&self) -> usize {
        self.line
    }

    /// Returns the number of bytes of that line that were read before the error was found.
    pub fn column(&self) -> usize {
        self.column
    }

    /// Returns the column in characters, from 1, of the error in `text`.
    pub fn column_in(&self, text: &[u8]) -> usize {
        let mut lines = text.split(|byte| *byte == b'\n');
        let line = lines.nth(self.line.saturating_sub(1)).unwrap_or_default();
        let before = &line[..self.column.min(line.len())];
        let starts_character = |byte: &&u8| **byte & 0xc0 != 0x80;
        before.iter().filter(starts_character).count().max(1)
    }

    /// Returns the JSON pointer (RFC 6901) to the value that is wrong.
    pub fn pointer(&self) -> &str {
        &self.pointer
    }

    /// Creates the error of a text that is not JSON from its first byte on.
    fn at_start(message: &str) -> Self {
        Self {
            message: message.to_owned(),
            line: 1,
            column: 1,
            pointer: String::new(),
        }
    }

    fn new(error: &serde_json::Error, path: &[Step]) -> Self {
        let text = error.to_string();
        let place = format!(" at line {} column {}", error.line(), error.column());
        let message = text.strip_suffix(&place).unwrap_or(&text).to_owned();
        let steps = path.iter().rev();
        Self {
            message,
            line: error.line().max(1),
            column: error.column(),
            pointer: steps.fold(String::new(), |parent, step| match step {
                Step::Field(name) => child(&parent, name),
                Step::Index(index) => format!("{parent}/{index}"),
            }),
        }
    }
}

/// Parses untrusted JSON. Stricter than RFC 8259: rejects duplicate field names, numbers outside the range of a double,
/// strings with U+0000, and nesting deeper than 128.
///
/// # Errors
/// When the bytes are not such JSON.
pub fn parse_strict(bytes: &[u8]) -> Result<Value, JsonError> {
    if let Some(message) = foreign_encoding(bytes) {
        return Err(JsonError::at_start(message));
    }
    let path = RefCell::new(Vec::new());
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let value = Strict { path: &path }.deserialize(&mut deserializer);
    let value = value.and_then(|value| deserializer.end().map(|()| value));
    value.map_err(|error| JsonError::new(&error, &path.borrow()))
}

/// Names an encoding that people send by mistake, for which the message of the parser would be a riddle.
fn foreign_encoding(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0xef, 0xbb, 0xbf, ..] => {
            Some("it begins with a byte order mark (EF BB BF); send UTF-8 without one")
        }
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] | [0, ..] | [_, 0, ..] => {
            Some("it is encoded as UTF-16 or UTF-32; send UTF-8")
        }
        [0x1f, 0x8b, ..] => Some("it is compressed with gzip; send it uncompressed"),
        [0x28, 0xb5, 0x2f, 0xfd, ..] => Some("it is compressed with zstd; send it uncompressed"),
        _ if bytes.trim_ascii().is_empty() => Some("it is empty, and not a JSON value"),
        _ => None,
    }
}

/// A step from a value to one that it contains.
enum Step {
    Field(String),
    Index(usize),
}

/// Reads a value. `path` receives the way to an error, from the inside out.
#[derive(Clone, Copy)]
struct Strict<'p> {
    path: &'p RefCell<Vec<Step>>,
}

impl Strict<'_> {
    fn failed<E>(self, step: Step, error: E) -> E {
        self.path.borrow_mut().push(step);
        error
    }
}

impl<'de> DeserializeSeed<'de> for Strict<'_> {
    type Value = Value;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

fn reject_nul<E: de::Error>(text: &str) -> Result<(), E> {
    if text.as_bytes().contains(&0) {
        return Err(E::custom("strings must not contain U+0000"));
    }
    Ok(())
}

impl<'de> Visitor<'de> for Strict<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Value, E> {
        Number::from_f64(value)
            .map(Value::Number)
            .ok_or_else(|| E::custom("number out of range"))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Value, E> {
        reject_nul(text)?;
        Ok(Value::String(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut array = Vec::with_capacity(items.size_hint().unwrap_or(0));
        loop {
            match items.next_element_seed(self) {
                Ok(Some(item)) => array.push(item),
                Ok(None) => return Ok(Value::Array(array)),
                Err(error) => return Err(self.failed(Step::Index(array.len()), error)),
            }
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some(name) = fields.next_key::<String>()? {
            reject_nul(&name)?;
            match object.entry(name) {
                Entry::Vacant(entry) => match fields.next_value_seed(self) {
                    Ok(value) => entry.insert(value),
                    Err(error) => {
                        let step = Step::Field(entry.key().clone());
                        return Err(self.failed(step, error));
                    }
                },
                Entry::Occupied(entry) => {
                    let name = entry.key().clone();
                    let error = de::Error::custom(format_args!("duplicate field name {name:?}"));
                    return Err(self.failed(Step::Field(name), error));
                }
            };
        }
        Ok(Value::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_json_is_read_as_serde_json_reads_it() {
        let text = r#"{"a":[1,-2,3.5,true,null,"x\ny"],"b":{"c":"é"}}"#;
        assert_eq!(
            parse_strict(text.as_bytes()).expect("valid"),
            serde_json::from_str::<Value>(text).expect("valid")
        );
    }

    #[test]
    fn ambiguous_or_hostile_json_is_rejected() {
        let deep = format!("{}1{}", "[".repeat(10_000), "]".repeat(10_000));
        for text in [
            r#"{"a":1,"a":2}"#,
            "1e400",
            r#""\u0000""#,
            r#""\ud800""#,
            deep.as_str(),
            "{} x",
            "",
            "{'a':1}",
        ] {
            assert!(parse_strict(text.as_bytes()).is_err(), "{text:.40}");
        }
        assert!(parse_strict(b"\"\xff\"").is_err());
    }

    fn place(text: &str) -> (usize, usize, String, String) {
        let error = parse_strict(text.as_bytes()).expect_err(text);
        let column = error.column_in(text.as_bytes());
        (
            error.line(),
            column,
            error.pointer().to_owned(),
            error.message().to_owned(),
        )
    }

    #[test]
    fn errors_have_their_place() {
        let deep = "[".repeat(200);
        for (text, line, column, pointer, message) in [
            (
                "{\"jobs\":[{},\n {\"é\":1,\"é\":2}]}",
                2,
                11,
                "/jobs/1/é",
                "duplicate field name \"é\"",
            ),
            ("{\"a\":[0,\n1e999]}", 2, 5, "/a/1", "number out of range"),
            (
                "{\"a/b\":\n\"\\ud800\"}",
                2,
                8,
                "/a~1b",
                "unexpected end of hex escape",
            ),
            (
                "{\"a\":\"\\u0000\"}",
                1,
                13,
                "/a",
                "strings must not contain U+0000",
            ),
            ("{\"a\":[1 2]}", 1, 9, "/a/1", "expected `,` or `]`"),
            ("[1]\n x", 2, 2, "", "trailing characters"),
        ] {
            let (found_line, found_column, found_pointer, found) = place(text);
            assert_eq!(
                (found_line, found_pointer.as_str()),
                (line, pointer),
                "{text}"
            );
            assert_eq!((found_column, found.as_str()), (column, message), "{text}");
        }
        let (_, _, pointer, message) = place(&deep);
        assert_eq!(message, "recursion limit exceeded");
        assert!(pointer.matches("/0").count() > 100, "{pointer}");
    }

    #[test]
    fn text_that_is_no_utf8_json_at_all_is_named() {
        for (bytes, name) in [
            (b"\xef\xbb\xbf{}".as_slice(), "byte order mark"),
            (b"\xff\xfe{\0}\0", "UTF-16"),
            (b"{\0}\0", "UTF-16"),
            (b"\0{\0}", "UTF-16"),
            (b"\x1f\x8b\x08\0", "gzip"),
            (b"\x28\xb5\x2f\xfd", "zstd"),
            (b"", "empty"),
            (b" \n", "empty"),
        ] {
            let error = parse_strict(bytes).expect_err(name);
            assert!(error.message().contains(name), "{error}");
        }
    }
}
