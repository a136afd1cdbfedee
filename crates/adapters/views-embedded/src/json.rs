use serde::Serialize;

/// Returns the JSON of a value.
pub(crate) fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("values of views always serialize")
}
