use odd_contracts::{JobType, RawJson};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::{InvalidPayload, parse_payload};

pub(super) fn job_type(name: &str) -> JobType {
    name.parse().expect("built-in types have legal names")
}

pub(super) fn as_result(value: &impl Serialize) -> Option<RawJson> {
    let text =
        serde_json::to_string(value).expect("results of built-in handlers can be serialized");
    Some(RawJson::from_text(text).expect("serialized JSON is JSON"))
}

/// Converts external bytes to text. U+0000 is replaced because the contract forbids it.
pub(super) fn inert_text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).replace('\0', "\u{fffd}")
}

/// Returns one line of external text for an error message: without terminal escapes and control characters, and without space
/// around it.
pub(super) fn plain_line(text: &str) -> String {
    let text = anstream::adapter::strip_str(text).to_string();
    let inert: String = text
        .chars()
        .filter_map(|c| match c {
            '\t' => Some(' '),
            c => (!c.is_control()).then_some(c),
        })
        .collect();
    inert.trim().to_owned()
}

/// Reads a payload that is an object. Serde would also read the fields of a type from an array, which no schema describes.
///
/// # Errors
/// Those of [`parse_payload`], and for an array.
pub(super) fn parse_object<T: DeserializeOwned>(
    payload: Option<&str>,
) -> Result<T, InvalidPayload> {
    match payload {
        Some(text) if text.trim_start().starts_with('[') => {
            Err(InvalidPayload::at("", "must be an object, not an array"))
        }
        _ => parse_payload(payload),
    }
}
