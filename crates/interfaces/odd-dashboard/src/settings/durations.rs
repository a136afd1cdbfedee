use std::time::Duration;

use jiff::{Span, SpanRelativeTo};
use odd_contracts::Timestamp;

/// Reads `500ms`, `30s`, `5m`, `2h 30m`, `7d`.
///
/// # Errors
/// When the text is not a duration, or a negative one.
pub(crate) fn parse_duration(text: &str) -> Result<Duration, String> {
    let invalid = || "must be a duration such as 500ms, 30s, 5m, 2h or 7d".to_owned();
    let span: Span = text.parse().map_err(|_| invalid())?;
    let duration = span
        .to_duration(SpanRelativeTo::days_are_24_hours())
        .map_err(|_| invalid())?;
    Duration::try_from(duration).map_err(|_| invalid())
}

/// Reads a point in time: RFC 3339, or a duration before now.
///
/// # Errors
/// When the text is neither.
pub(crate) fn parse_since(text: &str) -> Result<Timestamp, String> {
    if let Ok(at) = text.parse() {
        return Ok(at);
    }
    let ago = parse_duration(text).map_err(|_| {
        "must be a time such as 2026-01-31T12:00:00Z, or a duration before now such as 15m"
            .to_owned()
    })?;
    let millis = u64::try_from(ago.as_millis()).unwrap_or(u64::MAX);
    Ok(odd_core::Clock::now(&odd_core::SystemClock).minus_millis(millis))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_need_a_unit() {
        assert_eq!(parse_duration("500ms"), Ok(Duration::from_millis(500)));
        assert_eq!(parse_duration("2h30m"), Ok(Duration::from_secs(9000)));
        assert_eq!(parse_duration("7d"), Ok(Duration::from_secs(604_800)));
        for bad in ["", "5", "-5s", "fast", "1y"] {
            assert!(parse_duration(bad).is_err(), "{bad}");
        }
    }
}
