//! Numbers, times and widths as people read them.

use std::borrow::Cow;
use std::time::Duration;

use odd_contracts::{FailureReason, Timestamp};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Renders a number with a thin separator between groups of three digits: `12,345`.
pub(crate) fn count(value: u64) -> String {
    let digits = value.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Renders a reason in words: `timed out`.
pub(crate) fn reason(reason: FailureReason) -> String {
    reason.as_str().replace('_', " ")
}

/// Renders a rate per second; slow rates per minute.
pub(crate) fn rate(per_second: f64) -> String {
    match per_second {
        rate if rate >= 1_000.0 => format!("{}/s", count(rate.round().max(0.0) as u64)),
        rate if rate >= 9.95 => format!("{rate:.0}/s"),
        rate if rate >= 0.095 => format!("{rate:.1}/s"),
        rate if rate > 0.0 => format!("{:.1}/min", rate * 60.0),
        _ => "0/s".to_owned(),
    }
}

/// Renders a duration with one unit: `430 ms`, `2.5 s`, `12 min`, `3 h`, `4 d`.
pub(crate) fn duration(duration: Duration) -> String {
    let seconds = duration.as_secs_f64();
    match seconds {
        _ if duration.is_zero() => "0 s".to_owned(),
        _ if seconds < 0.000_95 => format!("{:.2} ms", seconds * 1_000.0),
        _ if seconds < 0.009_95 => format!("{:.1} ms", seconds * 1_000.0),
        _ if seconds < 0.999_5 => format!("{:.0} ms", seconds * 1_000.0),
        _ if seconds < 9.95 => format!("{seconds:.1} s"),
        _ if seconds < 119.5 => format!("{seconds:.0} s"),
        _ if seconds < 7_200.0 => format!("{:.0} min", seconds / 60.0),
        _ if seconds < 172_800.0 => format!("{:.0} h", seconds / 3_600.0),
        _ => format!("{:.0} d", seconds / 86_400.0),
    }
}

/// Renders a duration like [`duration`], with minutes and seconds between one and ten minutes: `1 min 21 s`.
pub(crate) fn precise_duration(value: Duration) -> String {
    match value.as_secs() {
        seconds @ 60..600 => format!("{} min {} s", seconds / 60, seconds % 60),
        _ => duration(value),
    }
}

/// Renders a number of milliseconds like [`duration`]; negative numbers and non-numbers count as zero.
pub(crate) fn millis(ms: f64) -> String {
    duration(Duration::try_from_secs_f64(ms / 1_000.0).unwrap_or_default())
}

/// Returns the time between two instants, or zero when `later` is earlier.
pub(crate) fn between(earlier: Timestamp, later: Timestamp) -> Duration {
    let micros = later.as_micros().saturating_sub(earlier.as_micros());
    Duration::from_micros(u64::try_from(micros).unwrap_or(0))
}

/// Renders the age of `at` in whole units: `now`, `12 s`, `5 min`.
pub(crate) fn age(at: Timestamp, now: Timestamp) -> String {
    match between(at, now) {
        age if age < Duration::from_secs(1) => "now".to_owned(),
        age if age < Duration::from_secs(120) => format!("{} s", age.as_secs()),
        age => duration(age),
    }
}

/// Renders how long ago `at` was, or how soon it is: `5 min ago`, `in 12 s`, `now`.
pub(crate) fn relative(at: Timestamp, now: Timestamp) -> String {
    match (between(at, now), between(now, at)) {
        (past, ahead) if past.max(ahead) < Duration::from_secs(1) => "now".to_owned(),
        (past, _) if !past.is_zero() => format!("{} ago", age(at, now)),
        _ => format!("in {}", age(now, at)),
    }
}

/// Renders the time of day of `at`.
pub(crate) fn clock(at: Timestamp, zone: &jiff::tz::TimeZone) -> String {
    formatted(at, zone, "%H:%M:%S")
}

/// Renders the time of day of `at`, to the millisecond.
pub(crate) fn precise_clock(at: Timestamp, zone: &jiff::tz::TimeZone) -> String {
    formatted(at, zone, "%H:%M:%S%.3f")
}

/// Renders the date and the time of day of `at`, to the millisecond.
pub(crate) fn date_time(at: Timestamp, zone: &jiff::tz::TimeZone) -> String {
    formatted(at, zone, "%Y-%m-%d %H:%M:%S%.3f")
}

/// Renders the date and the time of day of `at` for the name of a file.
pub(crate) fn file_time(at: Timestamp, zone: &jiff::tz::TimeZone) -> String {
    formatted(at, zone, "%Y%m%d-%H%M%S")
}

fn formatted(at: Timestamp, zone: &jiff::tz::TimeZone, format: &str) -> String {
    jiff::Timestamp::from_microsecond(at.as_micros())
        .map(|instant| {
            let zoned = instant.to_zoned(zone.clone());
            zoned.strftime(format).to_string()
        })
        .unwrap_or_else(|_| at.to_string())
}

/// Returns the number of terminal columns that `text` occupies.
pub(crate) fn width(text: &str) -> usize {
    text.width()
}

/// Cuts `text` to `max` columns, and ends it with `mark` when something is missing.
pub(crate) fn cut<'a>(text: &'a str, max: usize, mark: &str) -> Cow<'a, str> {
    if text.width() <= max {
        return Cow::Borrowed(text);
    }
    let room = max.saturating_sub(mark.width());
    let mut used = 0;
    let mut kept = String::new();
    for char in text.chars() {
        used += char.width().unwrap_or(0);
        if used > room {
            break;
        }
        kept.push(char);
    }
    if max >= mark.width() {
        kept.push_str(mark);
    }
    Cow::Owned(kept)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_groups_of_three_digits() {
        let texts = [0, 999, 1_000, 1_234_567].map(count);
        assert_eq!(texts, ["0", "999", "1,000", "1,234,567"]);
    }

    #[test]
    fn slow_rates_are_per_minute() {
        let texts = [0.0, 0.05, 0.5, 12.4, 24_300.0].map(rate);
        assert_eq!(texts, ["0/s", "3.0/min", "0.5/s", "12/s", "24,300/s"]);
    }

    #[test]
    fn durations_have_one_unit() {
        let texts = [0.42, 8.25, 430.0, 2_500.0, 90_000.0, 720_000.0, 9_000_000.0].map(millis);
        assert_eq!(
            texts,
            [
                "0.42 ms", "8.2 ms", "430 ms", "2.5 s", "90 s", "12 min", "2 h"
            ]
        );
    }

    #[test]
    fn minutes_have_seconds_where_there_is_room() {
        let texts = [59_400, 60_000, 81_000, 599_000, 600_000]
            .map(|millis| precise_duration(Duration::from_millis(millis)));
        assert_eq!(
            texts,
            ["59 s", "1 min 0 s", "1 min 21 s", "9 min 59 s", "10 min"]
        );
    }

    #[test]
    fn relative_times_name_their_direction() {
        let at = |seconds: i64| Timestamp::from_micros(seconds * 1_000_000);
        let texts = [-300, -12, 0, 12, 7_200].map(|seconds| relative(at(seconds), at(0)));
        assert_eq!(texts, ["5 min ago", "12 s ago", "now", "in 12 s", "in 2 h"]);
    }

    #[test]
    fn cut_text_counts_columns_and_not_characters() {
        assert_eq!(cut("日本語", 6, "…"), "日本語");
        assert_eq!(cut("日本語", 5, "…"), "日本…");
        assert_eq!(cut("日本語", 4, "…"), "日…");
        assert_eq!(cut("abc", 0, "…"), "");
    }
}
