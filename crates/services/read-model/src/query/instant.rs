use std::str::FromStr;

use odd_contracts::Timestamp;

/// A point in time in the syntax of RFC 3339.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Instant(pub(crate) Timestamp);

impl FromStr for Instant {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        parse_instant(text).map(Self)
    }
}

const EXPECTED: &str = "must be a date and time with its offset, such as 2026-01-31T09:30:00Z";

/// Parses an RFC 3339 date and time. Times beyond the supported range count as its end.
fn parse_instant(text: &str) -> Result<Timestamp, String> {
    let Some((date_time, fraction, offset)) = rfc3339_parts(text) else {
        let hint = match text.contains(' ') {
            true => "; a + in a query is written %2B",
            false => "",
        };
        return Err(format!("{EXPECTED}{hint}"));
    };
    let nanos = &fraction[..fraction.len().min(LONGEST_FRACTION)];
    match format!("{date_time}{nanos}{offset}").parse() {
        Ok(instant) => Ok(instant),
        Err(_) if text.starts_with("9999-12-3") => Ok(end_of_time()),
        Err(_) => Err(EXPECTED.to_owned()),
    }
}

/// A point and nine digits: more do not affect microseconds.
const LONGEST_FRACTION: usize = 10;

fn end_of_time() -> Timestamp {
    "9999-12-30T22:00:00Z"
        .parse()
        .expect("the end of the range is in the range")
}

/// Splits an RFC 3339 `date-time` (section 5.6) into date and time, fraction (with its point, or empty) and offset. The parser
/// of [`Timestamp`] accepts more forms than that.
fn rfc3339_parts(text: &str) -> Option<(&str, &str, &str)> {
    const DATE_TIME: &[u8] = b"dddd-dd-ddTdd:dd:dd";
    let (date_time, rest) = text.split_at_checked(DATE_TIME.len())?;
    let offset_at = rest.find(|c: char| c != '.' && !c.is_ascii_digit())?;
    let (fraction, offset) = rest.split_at(offset_at);
    let parts_fit = matches_shape(date_time.as_bytes(), DATE_TIME)
        && is_fraction(fraction)
        && is_offset(offset.as_bytes());
    parts_fit.then_some((date_time, fraction, offset))
}

fn is_fraction(text: &str) -> bool {
    let digits = text.strip_prefix('.');
    text.is_empty() || digits.is_some_and(|digits| !digits.is_empty() && !digits.contains('.'))
}

fn is_offset(text: &[u8]) -> bool {
    matches!(text, b"Z" | b"z") || matches_shape(text, b"+dd:dd") || matches_shape(text, b"-dd:dd")
}

fn matches_shape(text: &[u8], shape: &[u8]) -> bool {
    text.len() == shape.len()
        && text
            .iter()
            .zip(shape)
            .all(|(byte, expected)| match expected {
                b'd' => byte.is_ascii_digit(),
                b'T' => byte.eq_ignore_ascii_case(expected),
                other => byte == other,
            })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rfc3339_time_is_parsed() {
        for (text, parsed) in [
            ("2023-11-14T22:13:20Z", "2023-11-14T22:13:20.000000Z"),
            ("2023-11-14t22:13:20.123456z", "2023-11-14T22:13:20.123456Z"),
            ("2023-11-14T23:13:20+01:00", "2023-11-14T22:13:20.000000Z"),
            ("0001-01-01T00:00:00+23:59", "0000-12-31T00:01:00.000000Z"),
            ("9999-12-31T23:59:59Z", "9999-12-30T22:00:00.000000Z"),
            ("2016-12-31T23:59:60Z", "2016-12-31T23:59:59.000000Z"),
            (
                "2023-11-14T22:13:20.123456789123Z",
                "2023-11-14T22:13:20.123456Z",
            ),
        ] {
            assert_eq!(
                parse_instant(text).map(|at| at.to_string()),
                Ok(parsed.to_owned()),
                "{text}"
            );
        }
    }

    #[test]
    fn other_forms_are_refused() {
        for text in [
            "",
            "now",
            "2023-11-14",
            "20231114T221320Z",
            "2023-11-14T22:13:20",
            "2023-11-14T22:13:20.Z",
            "2023-11-14T22:13:20.1.2Z",
            "2023-11-14T22:13:2é",
            "2023-11-14T22:13:20Z[UTC]",
            "2023-13-14T22:13:20Z",
            "+002023-11-14T22:13:20Z",
            "1700000000",
        ] {
            assert!(parse_instant(text).is_err(), "{text}");
        }
    }

    #[test]
    fn space_instead_of_a_plus_is_explained() {
        let error = parse_instant("2023-11-14T23:13:20 01:00").expect_err("a space");
        assert!(error.contains("%2B"), "{error}");
    }
}
