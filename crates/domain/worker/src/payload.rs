use std::fmt;

use odd_contracts::FieldError;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::payload_shape::mismatch;

/// A payload that its handler cannot run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidPayload {
    /// What is wrong where; pointers start at the payload.
    pub errors: Vec<FieldError>,
}

impl InvalidPayload {
    /// One thing that is wrong, at an RFC 6901 pointer that starts at the payload; empty for the payload itself.
    pub fn at(pointer: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            errors: vec![FieldError {
                pointer: pointer.into(),
                message: message.into(),
            }],
        }
    }
}

impl fmt::Display for InvalidPayload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("invalid payload")?;
        for (index, error) in self.errors.iter().enumerate() {
            f.write_str(if index == 0 { ": " } else { "; " })?;
            if !error.pointer.is_empty() {
                write!(f, "{} ", error.pointer)?;
            }
            f.write_str(&error.message)?;
        }
        Ok(())
    }
}

impl std::error::Error for InvalidPayload {}

/// Reads a payload into `T`; an absent one reads as `null`.
///
/// # Errors
/// Where the payload has another shape, with a pointer to the place, in JSON terms. A missing field is reported at the
/// object that lacks it.
pub fn parse_payload<T: DeserializeOwned>(payload: Option<&str>) -> Result<T, InvalidPayload> {
    let text = payload.unwrap_or("null");
    serde_json::from_str(text).map_err(|error| {
        let Ok(value) = serde_json::from_str::<Value>(text) else {
            return InvalidPayload::at("", error.to_string());
        };
        if let Some((pointer, message)) = mismatch::<T>(&value) {
            return InvalidPayload::at(pointer, message);
        }
        // The error without the line and column of the text, which the author of the payload does not see.
        let error = serde_json::from_value::<T>(value).err().unwrap_or(error);
        InvalidPayload::at("", error.to_string())
    })
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Sample {
        #[expect(dead_code, reason = "only its shape is read")]
        list: Vec<std::collections::BTreeMap<String, u8>>,
    }

    fn refusal(payload: Option<&str>) -> FieldError {
        parse_payload::<Sample>(payload)
            .expect_err("refused")
            .errors
            .remove(0)
    }

    #[test]
    fn the_pointer_names_the_place() {
        let error = refusal(Some(r#"{"list":[{},{"a/b~c":300}]}"#));
        assert_eq!(error.pointer, "/list/1/a~1b~0c");
        assert_eq!(
            error.message,
            "must be a whole number from 0 to 255, not 300"
        );
    }

    #[test]
    fn missing_fields_and_payloads_are_reported() {
        assert_eq!(refusal(Some("{}")).message, "the field `list` is required");
        assert_eq!(refusal(None).pointer, "");
        assert!(
            refusal(Some(r#"{"list":[],"x":1}"#))
                .message
                .contains("`x`")
        );
    }
}
