use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A point in time in microseconds since the Unix epoch, UTC. On the wire: RFC 3339 with six decimals and `Z`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Timestamp(i64);

impl Timestamp {
    /// Creates a timestamp from microseconds since the Unix epoch.
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// Returns the microseconds since the Unix epoch.
    pub const fn as_micros(self) -> i64 {
        self.0
    }

    /// Returns the whole milliseconds from `earlier` to `self`; zero when `earlier` is later.
    pub fn millis_since(self, earlier: Self) -> u64 {
        u64::try_from((self.0 - earlier.0) / 1000).unwrap_or(0)
    }

    /// Returns the milliseconds, with a fraction, from `earlier` to `self`; zero when `earlier` is later.
    pub fn fractional_millis_since(self, earlier: Self) -> f64 {
        (self.0 - earlier.0).max(0) as f64 / 1000.0
    }

    /// Returns the time `millis` later, saturating at the end of the range.
    #[must_use]
    pub fn plus_millis(self, millis: u64) -> Self {
        let micros = i64::try_from(millis)
            .unwrap_or(i64::MAX)
            .saturating_mul(1000);
        Self(self.0.saturating_add(micros))
    }

    /// Returns the time `millis` earlier, saturating at the start of the range.
    #[must_use]
    pub fn minus_millis(self, millis: u64) -> Self {
        let micros = i64::try_from(millis)
            .unwrap_or(i64::MAX)
            .saturating_mul(1000);
        Self(self.0.saturating_sub(micros))
    }
}

/// 0000-01-01T00:00:00Z: RFC 3339 has no earlier year.
const FIRST_MICROS: i64 = -62_167_219_200_000_000;

/// 9999-12-30T22:00:00Z, the last instant that reads back in every time zone.
const LAST_MICROS: i64 = 253_402_207_200_000_000;

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let micros = self.0.clamp(FIRST_MICROS, LAST_MICROS);
        let instant = jiff::Timestamp::from_microsecond(micros).expect("clamped to the calendar");
        write!(f, "{instant:.6}")
    }
}

/// RFC 3339 allows times up to the last second of 9999. Those after the end of the calendar here become its last instant.
impl FromStr for Timestamp {
    type Err = jiff::Error;
    fn from_str(text: &str) -> Result<Self, jiff::Error> {
        match text.parse::<jiff::Timestamp>() {
            Ok(instant) => Ok(Self(instant.as_microsecond())),
            Err(_) if is_after_the_calendar(text) => Ok(Self(LAST_MICROS)),
            Err(error) => Err(error),
        }
    }
}

fn is_after_the_calendar(text: &str) -> bool {
    jiff::fmt::temporal::Pieces::parse(text).is_ok_and(|pieces| {
        pieces.date().year() == 9999 && pieces.time().is_some() && pieces.offset().is_some()
    })
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
    fn text_form_reads_back_on_every_day_of_the_calendar() {
        let day = 86_400_000_000;
        let instants = (-719_528..2_932_890)
            .step_by(131)
            .map(|n: i64| n * day + n.rem_euclid(day));
        let edges = [FIRST_MICROS, LAST_MICROS, -1, 0, 951_782_400_000_000];
        for micros in instants.chain(edges) {
            let text = Timestamp(micros).to_string();
            assert_eq!(text.len(), "0000-00-00T00:00:00.000000Z".len(), "{text}");
            assert_eq!(text.parse().ok(), Some(Timestamp(micros)), "{text}");
        }
    }

    #[test]
    fn times_after_the_calendar_are_read_as_its_end() {
        for text in ["9999-12-31T23:59:59Z", "9999-12-31T00:00:00.5-23:59"] {
            assert_eq!(text.parse().ok(), Some(Timestamp(LAST_MICROS)), "{text}");
        }
        for text in [
            "9999-12-31",
            "9999-12-31T23:59:59",
            "9999-13-31T23:59:59Z",
            "soon",
        ] {
            assert!(text.parse::<Timestamp>().is_err(), "{text}");
        }
    }

    #[test]
    fn times_outside_the_calendar_print_as_its_ends() {
        assert_eq!(
            Timestamp(i64::MAX).to_string(),
            Timestamp(LAST_MICROS).to_string()
        );
        assert_eq!(
            Timestamp(i64::MIN).to_string(),
            "0000-01-01T00:00:00.000000Z"
        );
    }

    #[test]
    fn differences_never_go_negative() {
        assert_eq!(Timestamp(0).millis_since(Timestamp(5_000)), 0);
        assert_eq!(Timestamp(7_500).millis_since(Timestamp(5_000)), 2);
    }
}
