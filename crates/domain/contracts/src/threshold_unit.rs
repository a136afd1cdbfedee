use serde::{Deserialize, Serialize};

/// The unit of a threshold. It determines how the value of an alert is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ThresholdUnit {
    /// Processes of a role.
    Instances,
    /// 1 if something can be used, else 0.
    Up,
    /// Restarts of a process.
    Restarts,
    /// Attempts.
    Attempts,
    /// Jobs.
    Jobs,
    /// Messages.
    Messages,
    /// Seconds.
    Seconds,
    /// A share of the whole.
    Ratio,
    /// How many times faster than allowed an error budget is used.
    BurnRate,
}

impl ThresholdUnit {
    /// Returns the unit as the contract writes it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Instances => "instances",
            Self::Up => "up",
            Self::Restarts => "restarts",
            Self::Attempts => "attempts",
            Self::Jobs => "jobs",
            Self::Messages => "messages",
            Self::Seconds => "seconds",
            Self::Ratio => "ratio",
            Self::BurnRate => "burn-rate",
        }
    }

    /// Writes a value for people, like the generated Prometheus rules: `25%`, `1m 30s`, `14.4`, `12`.
    pub fn format(self, value: f64) -> String {
        if !value.is_finite() {
            return match value {
                value if value.is_nan() => "NaN".to_owned(),
                value if value > 0.0 => "+Inf".to_owned(),
                _ => "-Inf".to_owned(),
            };
        }
        match self {
            Self::Seconds => duration(value),
            Self::Ratio => format!("{}%", significant(value * 100.0)),
            Self::BurnRate => format!("{value:.1}"),
            _ => format!("{value:.0}"),
        }
    }
}

/// Writes a duration like the function `humanizeDuration` of Prometheus templates.
fn duration(seconds: f64) -> String {
    let size = seconds.abs();
    if size < 1.0 {
        return milliseconds(seconds);
    }
    if size < 60.0 {
        return format!("{}s", significant(seconds));
    }
    let sign = if seconds < 0.0 { "-" } else { "" };
    let part = |unit: f64, per: f64| (size / unit).trunc() % per;
    let (days, hours) = ((size / 86_400.0).trunc(), part(3600.0, 24.0));
    let (minutes, seconds) = (part(60.0, 60.0), part(1.0, 60.0));
    if days > 0.0 {
        return format!("{sign}{days}d {hours}h {minutes}m {seconds}s");
    }
    if hours > 0.0 {
        return format!("{sign}{hours}h {minutes}m {seconds}s");
    }
    format!("{sign}{minutes}m {seconds}s")
}

fn milliseconds(seconds: f64) -> String {
    let mut value = seconds;
    let mut prefix = "";
    for smaller in ["m", "u", "n", "p", "f", "a", "z", "y"] {
        if value == 0.0 || value.abs() >= 1.0 {
            break;
        }
        prefix = smaller;
        value *= 1000.0;
    }
    format!("{}{prefix}s", significant(value))
}

/// Writes `value` with at most four significant digits, like `%.4g` in C.
fn significant(value: f64) -> String {
    let scientific = format!("{value:.3e}");
    let (digits, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if (-4..4).contains(&exponent) {
        let rounded: f64 = scientific.parse().unwrap_or(value);
        return rounded.to_string();
    }
    let digits = digits.trim_end_matches('0').trim_end_matches('.');
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{digits}e{sign}{:02}", exponent.abs())
}

#[cfg(test)]
mod tests {
    use super::ThresholdUnit as Unit;

    #[test]
    fn values_are_written_in_their_unit() {
        for (unit, value, text) in [
            (Unit::Ratio, 0.133_333_333, "13.33%"),
            (Unit::Ratio, 1.0, "100%"),
            (Unit::Ratio, 0.0, "0%"),
            (Unit::Seconds, 0.75, "750ms"),
            (Unit::Seconds, 0.0, "0s"),
            (Unit::Seconds, 12.345_67, "12.35s"),
            (Unit::Seconds, 90.9, "1m 30s"),
            (Unit::Seconds, 7325.0, "2h 2m 5s"),
            (Unit::Seconds, 90_061.0, "1d 1h 1m 1s"),
            (Unit::BurnRate, 20.04, "20.0"),
            (Unit::Jobs, 12_345.6, "12346"),
            (Unit::Jobs, f64::NAN, "NaN"),
            (Unit::Jobs, f64::INFINITY, "+Inf"),
        ] {
            assert_eq!(unit.format(value), text);
        }
    }

    #[test]
    fn very_small_and_large_numbers_have_an_exponent() {
        assert_eq!(Unit::Ratio.format(12_345.0), "1.234e+06%");
        assert_eq!(Unit::Ratio.format(0.000_000_2), "2e-05%");
    }
}
