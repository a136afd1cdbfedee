use std::time::Duration;

use jiff::{Span, SpanRelativeTo};

/// Reads `500ms`, `30s`, `5m`, `2h30m`, `7d`. A day has 24 hours.
pub(crate) fn parse_duration(text: &str) -> Option<Duration> {
    let is_plain = |byte: u8| byte.is_ascii_digit() || byte.is_ascii_lowercase() || byte == b' ';
    if !text.bytes().all(is_plain) {
        return None;
    }
    let span: Span = text.parse().ok()?;
    let duration = span.to_duration(SpanRelativeTo::days_are_24_hours()).ok()?;
    Duration::try_from(duration).ok()
}

/// Writes milliseconds so that [`parse_duration`] reads the same: `1h30m`, `45s`, `1500ms`.
pub(crate) fn exact_duration(ms: u64) -> String {
    let units = [
        ("d", 86_400_000),
        ("h", 3_600_000),
        ("m", 60_000),
        ("s", 1_000),
    ];
    if ms == 0 || !ms.is_multiple_of(1_000) {
        return format!("{ms}ms");
    }
    let mut rest = ms;
    let mut text = String::new();
    for (unit, length) in units {
        if rest >= length {
            text.push_str(&format!("{}{unit}", rest / length));
            rest %= length;
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn written_durations_are_read_back() {
        for (ms, text) in [
            (0, "0ms"),
            (1_500, "1500ms"),
            (45_000, "45s"),
            (5_400_000, "1h30m"),
            (300_000, "5m"),
            (172_801_000, "2d1s"),
        ] {
            assert_eq!(exact_duration(ms), text);
            assert_eq!(parse_duration(text), Some(Duration::from_millis(ms)));
        }
    }

    #[test]
    fn durations_need_a_unit() {
        for text in ["", "5", "-5s", "PT5M", "fast", "1y"] {
            assert_eq!(parse_duration(text), None, "{text}");
        }
    }
}
