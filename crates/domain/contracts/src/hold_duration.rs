use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// How long a condition must hold: a number with the unit `s`, `m` or `h`, such as `90s` or `2m`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct HoldDuration {
    text: String,
    duration: Duration,
}

/// The error of parsing a duration that is not a number with the unit `s`, `m` or `h`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("must be a number with the unit s, m or h, such as 90s or 2m")]
pub struct InvalidHoldDuration;

impl HoldDuration {
    /// Returns the duration.
    pub fn duration(&self) -> Duration {
        self.duration
    }

    /// Returns the text as written.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl TryFrom<String> for HoldDuration {
    type Error = InvalidHoldDuration;

    fn try_from(text: String) -> Result<Self, InvalidHoldDuration> {
        let units = [("s", 1), ("m", 60), ("h", 3600)];
        let parsed = units.iter().find_map(|(unit, seconds)| {
            let number: u16 = text.strip_suffix(unit)?.parse().ok()?;
            Some(Duration::from_secs(u64::from(number) * seconds))
        });
        let duration = parsed.ok_or(InvalidHoldDuration)?;
        Ok(Self { text, duration })
    }
}

impl From<HoldDuration> for String {
    fn from(duration: HoldDuration) -> Self {
        duration.text
    }
}

impl fmt::Display for HoldDuration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn number_and_unit_give_the_duration() {
        for (text, seconds) in [("0s", 0), ("90s", 90), ("2m", 120), ("6h", 21_600)] {
            let parsed = HoldDuration::try_from(text.to_owned()).expect(text);
            assert_eq!(parsed.duration(), Duration::from_secs(seconds), "{text}");
            assert_eq!(parsed.to_string(), text);
        }
        for text in ["", "2", "m", "-2m", "2.5m", "2d", "2 m"] {
            let parsed = HoldDuration::try_from(text.to_owned());
            assert_eq!(parsed, Err(InvalidHoldDuration), "{text}");
        }
    }
}
