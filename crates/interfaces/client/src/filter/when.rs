use std::fmt;
use std::time::Duration;

use jiff::{Span, SpanRelativeTo};
use odd_contracts::Timestamp;

/// The value of `since` and `until`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// A point in time.
    At(Timestamp),
    /// A time before now, in whole milliseconds.
    Ago(Duration),
}

impl When {
    /// Reads a time as RFC 3339, or a duration.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let ago = duration(text).map(Self::Ago);
        ago.or_else(|| text.parse().map(Self::At).ok())
    }

    /// Returns the point in time.
    pub fn at(self, now: Timestamp) -> Timestamp {
        match self {
            Self::At(at) => at,
            Self::Ago(ago) => now.minus_millis(millis(ago)),
        }
    }
}

/// Reads numbers with units, such as `1h30m`. A day has 24 hours.
fn duration(text: &str) -> Option<Duration> {
    let is_plain = |byte: u8| byte.is_ascii_digit() || byte.is_ascii_lowercase();
    if !text.bytes().all(is_plain) {
        return None;
    }
    let span: Span = text.parse().ok()?;
    let duration = span.to_duration(SpanRelativeTo::days_are_24_hours()).ok()?;
    let duration = Duration::try_from(duration).ok()?;
    Some(Duration::from_millis(millis(duration)))
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// The units of a duration, in milliseconds.
const UNITS: [(&str, u64); 5] = [
    ("d", 86_400_000),
    ("h", 3_600_000),
    ("m", 60_000),
    ("s", 1_000),
    ("ms", 1),
];

impl fmt::Display for When {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rest = match self {
            Self::At(at) => {
                let text = at.to_string();
                let whole_second = text.strip_suffix(".000000Z");
                return match whole_second {
                    Some(time) => write!(f, "{time}Z"),
                    None => f.write_str(&text),
                };
            }
            Self::Ago(ago) => millis(*ago),
        };
        if rest == 0 {
            return f.write_str("0s");
        }
        for (unit, length) in UNITS {
            let count = rest / length;
            rest %= length;
            if count > 0 {
                write!(f, "{count}{unit}")?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_and_times_are_read() {
        let now = Timestamp::from_micros(1_700_000_000_000_000);
        for (text, micros) in [
            ("90s", 1_699_999_910_000_000),
            ("1h30m", 1_699_994_600_000_000),
            ("2d", 1_699_827_200_000_000),
            ("2023-11-14T22:13:20Z", 1_700_000_000_000_000),
            ("2023-11-14T23:13:20.5+01:00", 1_700_000_000_500_000),
        ] {
            let when = When::parse(text).expect("a time");
            assert_eq!(when.at(now), Timestamp::from_micros(micros), "{text}");
        }
    }

    #[test]
    fn durations_are_printed_with_the_largest_units() {
        for (text, printed) in [
            ("90m", "1h30m"),
            ("24h", "1d"),
            ("1500ms", "1s500ms"),
            ("0s", "0s"),
            ("100us", "0s"),
        ] {
            let when = When::parse(text).expect("a duration");
            assert_eq!(when.to_string(), printed);
        }
    }

    #[test]
    fn other_texts_are_refused() {
        for text in [
            "",
            "5",
            "-1h",
            "1 h",
            "yesterday",
            "PT1H",
            "1y",
            "2023-11-14",
            "1H",
        ] {
            assert_eq!(When::parse(text), None, "{text}");
        }
    }
}
