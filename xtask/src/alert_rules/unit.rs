use anyhow::bail;

/// Returns the Prometheus template that writes a value in `unit`. `ThresholdUnit::format` of the contract types writes the
/// same text.
pub(super) fn value_template(unit: &str) -> anyhow::Result<&'static str> {
    Ok(match unit {
        "seconds" => "{{ $value | humanizeDuration }}",
        "ratio" => "{{ $value | humanizePercentage }}",
        "burn-rate" => r#"{{ printf "%.1f" $value }}"#,
        "instances" | "up" | "restarts" | "attempts" | "jobs" | "messages" => {
            r#"{{ printf "%.0f" $value }}"#
        }
        _ => bail!("the unit {unit} has no format"),
    })
}

/// Describes a threshold for people.
pub(super) fn threshold(threshold: f64, unit: &str) -> String {
    match unit {
        "up" => format!("{threshold} (1: can be used)"),
        "ratio" => format!("{} %", threshold * 100.0),
        "seconds" => format!("{threshold} s"),
        "burn-rate" => format!("{threshold} × the allowed rate"),
        unit => format!("{threshold} {unit}"),
    }
}
