use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Hexadecimal digits of a fingerprint.
const DIGITS: usize = 16;

/// Identifies failures of one kind: equal for failures of the same job type with the same reason and the same message, apart
/// from its variable parts. As text, 16 hexadecimal digits in lower case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct FailureFingerprint(pub u64);

/// The error of parsing a text that is not a fingerprint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be a fingerprint: 16 hexadecimal digits in lower case")]
pub struct InvalidFailureFingerprint;

impl fmt::Display for FailureFingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

impl FromStr for FailureFingerprint {
    type Err = InvalidFailureFingerprint;
    fn from_str(text: &str) -> Result<Self, InvalidFailureFingerprint> {
        let is_digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        if text.len() != DIGITS || !text.bytes().all(is_digit) {
            return Err(InvalidFailureFingerprint);
        }
        let value = u64::from_str_radix(text, 16).map_err(|_| InvalidFailureFingerprint)?;
        Ok(Self(value))
    }
}

impl TryFrom<String> for FailureFingerprint {
    type Error = InvalidFailureFingerprint;
    fn try_from(text: String) -> Result<Self, InvalidFailureFingerprint> {
        text.parse()
    }
}

impl From<FailureFingerprint> for String {
    fn from(fingerprint: FailureFingerprint) -> Self {
        fingerprint.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_has_sixteen_digits_and_parses_back() {
        for value in [0, 7, u64::MAX, 0x9c2f_1e0b_7a4d_3c55] {
            let text = FailureFingerprint(value).to_string();
            assert_eq!(text.len(), DIGITS);
            assert_eq!(text.parse(), Ok(FailureFingerprint(value)));
        }
    }

    #[test]
    fn other_texts_are_refused() {
        for text in [
            "",
            "9c2f",
            "9C2F1E0B7A4D3C55",
            "+c2f1e0b7a4d3c55",
            "9c2f1e0b7a4d3c555",
        ] {
            assert!(text.parse::<FailureFingerprint>().is_err(), "{text}");
        }
    }
}
