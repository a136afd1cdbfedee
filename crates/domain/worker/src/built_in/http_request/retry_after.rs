use std::time::UNIX_EPOCH;

use jiff::fmt::rfc2822::DateTimeParser;
use odd_contracts::Timestamp;
use reqwest::header::{HeaderMap, RETRY_AFTER};

/// A day.
const MAX_MS: u64 = 86_400_000;

/// Returns the delay that `Retry-After` requests, at most a day: a number of seconds, or one of the three forms of an HTTP date
/// (RFC 9110, sections 5.6.7 and 10.2.3). A date in the past is no delay. Anything else is ignored.
pub(super) fn retry_after_ms(headers: &HeaderMap, now: Timestamp) -> Option<u64> {
    let mut values = headers.get_all(RETRY_AFTER).iter();
    let delay_ms = values.find_map(|value| delay_ms(value.to_str().ok()?.trim(), now))?;
    Some(delay_ms.min(MAX_MS))
}

fn delay_ms(text: &str, now: Timestamp) -> Option<u64> {
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        // More seconds than fit are more than a day.
        return Some(text.parse().unwrap_or(u64::MAX).saturating_mul(1_000));
    }
    let at = date(text)?;
    Some(at.millis_since(now))
}

/// Servers also send dates with another time zone than GMT, which are not legal but clear.
fn date(text: &str) -> Option<Timestamp> {
    if let Ok(date) = httpdate::parse_http_date(text) {
        let since = date.duration_since(UNIX_EPOCH).unwrap_or_default();
        let micros = i64::try_from(since.as_micros()).unwrap_or(i64::MAX);
        return Some(Timestamp::from_micros(micros));
    }
    let date = DateTimeParser::new().parse_timestamp(text).ok()?;
    Some(Timestamp::from_micros(date.as_microsecond()))
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderValue;

    use super::*;

    fn retry_after(values: &[&'static str]) -> Option<u64> {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(RETRY_AFTER, HeaderValue::from_static(value));
        }
        let now = "1994-11-06T08:49:30Z".parse().expect("a time");
        retry_after_ms(&headers, now)
    }

    #[test]
    fn every_form_is_read() {
        for (text, delay_ms) in [
            ("0", 0),
            ("120", 120_000),
            ("  007 ", 7_000),
            ("Sun, 06 Nov 1994 08:49:37 GMT", 7_000),
            ("Sunday, 06-Nov-94 08:49:37 GMT", 7_000),
            ("Sun Nov  6 08:49:37 1994", 7_000),
            ("Sun, 06 Nov 1994 09:49:37 +0100", 7_000),
            ("Sun, 06 Nov 1994 08:49:00 GMT", 0),
            ("Thursday, 01-Jan-70 00:00:00 GMT", 0),
        ] {
            assert_eq!(retry_after(&[text]), Some(delay_ms), "{text}");
        }
    }

    #[test]
    fn delays_are_at_most_a_day() {
        for text in [
            "86401",
            "9999999999",
            "99999999999999999999999999",
            "Fri, 31 Dec 9999 23:59:59 GMT",
        ] {
            assert_eq!(retry_after(&[text]), Some(MAX_MS), "{text}");
        }
    }

    #[test]
    fn other_values_are_ignored() {
        for text in [
            "",
            "soon",
            "-5",
            "+5",
            "1.5",
            "5s",
            "0x10",
            "1, 2",
            "Sun, 99 Nov 1994 08:49:37 GMT",
            "1994-11-06T08:49:37Z",
        ] {
            assert_eq!(retry_after(&[text]), None, "{text}");
        }
        assert_eq!(retry_after(&[]), None);
        assert_eq!(retry_after(&["soon", "7"]), Some(7_000));
    }
}
