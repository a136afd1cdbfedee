use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A point in time in microseconds since the Unix epoch, UTC. On the wire: RFC 3339 with six decimals and `Z`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Timestamp(i64);

impl Timestamp {
    /// From microseconds since the Unix epoch.
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// Microseconds since the Unix epoch.
    pub const fn as_micros(self) -> i64 {
        self.0
    }

    /// Whole milliseconds from `earlier` to `self`; zero when `earlier` is later.
    pub fn millis_since(self, earlier: Self) -> u64 {
        u64::try_from((self.0 - earlier.0) / 1000).unwrap_or(0)
    }

    /// Fractional milliseconds from `earlier` to `self`; zero when `earlier` is later.
    pub fn fractional_millis_since(self, earlier: Self) -> f64 {
        (self.0 - earlier.0).max(0) as f64 / 1000.0
    }

    /// `millis` later, saturating at the end of time.
    #[must_use]
    pub fn plus_millis(self, millis: u64) -> Self {
        let micros = i64::try_from(millis)
            .unwrap_or(i64::MAX)
            .saturating_mul(1000);
        Self(self.0.saturating_add(micros))
    }

    /// `millis` earlier, saturating at the beginning of time.
    #[must_use]
    pub fn minus_millis(self, millis: u64) -> Self {
        let micros = i64::try_from(millis)
            .unwrap_or(i64::MAX)
            .saturating_mul(1000);
        Self(self.0.saturating_sub(micros))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match jiff::Timestamp::from_microsecond(self.0) {
            Ok(instant) => write!(f, "{instant:.6}"),
            Err(_) => f.write_str("9999-12-30T22:00:00.000000Z"),
        }
    }
}

impl FromStr for Timestamp {
    type Err = jiff::Error;
    fn from_str(text: &str) -> Result<Self, jiff::Error> {
        text.parse::<jiff::Timestamp>()
            .map(|instant| Self(instant.as_microsecond()))
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_form_has_six_decimals_and_reads_back() {
        let instant = Timestamp::from_micros(1_700_000_000_000_001);
        assert_eq!(instant.to_string(), "2023-11-14T22:13:20.000001Z");
        assert_eq!(
            instant
                .to_string()
                .parse::<Timestamp>()
                .expect("reads back"),
            instant
        );
        assert_eq!(
            "2023-11-14T23:13:20+01:00"
                .parse::<Timestamp>()
                .expect("offset"),
            Timestamp(1_700_000_000_000_000)
        );
    }

    #[test]
    fn differences_never_go_negative() {
        assert_eq!(Timestamp(0).millis_since(Timestamp(5_000)), 0);
        assert_eq!(Timestamp(7_500).millis_since(Timestamp(5_000)), 2);
    }
}
