use std::time::Duration;

/// Renders a duration for people, with two or three digits or two units: `0.35 ms`, `120 ms`, `4.2 s`, `3 min 20 s`,
/// `2 h 5 min`, `3 d 4 h`.
pub(crate) fn human_duration(duration: Duration) -> String {
    let ms = duration.as_secs_f64() * 1_000.0;
    // Each limit is that of the rounded number, so that no text is `1000 ms` or `60.0 s`.
    match ms {
        ms if ms < 0.995 => format!("{ms:.2} ms"),
        ms if ms < 9.95 => format!("{ms:.1} ms"),
        ms if ms < 999.5 => format!("{ms:.0} ms"),
        ms if ms < 59_950.0 => format!("{:.1} s", ms / 1_000.0),
        ms => in_two_units((ms / 1_000.0).round() as u64),
    }
}

fn in_two_units(seconds: u64) -> String {
    let (minutes, hours, days) = (seconds / 60, seconds / 3_600, seconds / 86_400);
    let units = match (minutes, hours, days) {
        (_, 0, _) => [(minutes, "min"), (seconds % 60, "s")],
        (_, _, 0) => [(hours, "h"), (minutes % 60, "min")],
        (..) => [(days, "d"), (hours % 24, "h")],
    };
    let parts = units.into_iter().filter(|(number, _)| *number > 0);
    let parts: Vec<String> = parts
        .map(|(number, unit)| format!("{number} {unit}"))
        .collect();
    parts.join(" ")
}

/// Renders a duration in milliseconds.
pub(super) fn took(ms: f64) -> String {
    Duration::try_from_secs_f64(ms / 1_000.0).map_or_else(|_| String::new(), human_duration)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_have_the_unit_that_people_would_use() {
        for (ms, expected) in [
            (0.0, "0.00 ms"),
            (0.35, "0.35 ms"),
            (0.996, "1.0 ms"),
            (4.24, "4.2 ms"),
            (9.96, "10 ms"),
            (999.4, "999 ms"),
            (999.6, "1.0 s"),
            (59_949.0, "59.9 s"),
            (59_960.0, "1 min"),
            (200_000.0, "3 min 20 s"),
            (3_599_700.0, "1 h"),
            (7_500_000.0, "2 h 5 min"),
            (273_600_000.0, "3 d 4 h"),
        ] {
            let duration = Duration::from_secs_f64(ms / 1_000.0);
            assert_eq!(human_duration(duration), expected, "{ms}");
        }
    }
}
