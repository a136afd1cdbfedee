/// Returns since when a pending alert of an earlier process counts as active, so that the outage does not count as time in which
/// its condition held. All arguments are in milliseconds: the start of the condition, the last evaluation before the outage, now,
/// the duration of the rule, and the time in which no restored alert fires, because the first samples are missing. `None` if the
/// duration of the rule is shorter than that: then the alert begins again.
///
/// Prometheus computes the same from the series `ALERTS_FOR_STATE`: see `Group.RestoreForState` in
/// <https://github.com/prometheus/prometheus/blob/main/rules/group.go>, with the options `--rules.alert.for-grace-period` and
/// `--rules.alert.for-outage-tolerance`.
pub(super) fn restored_active_at(
    active_at_ms: i64,
    down_at_ms: i64,
    now_ms: i64,
    for_ms: i64,
    grace_ms: i64,
) -> Option<i64> {
    if for_ms < grace_ms {
        return None;
    }
    let remaining_ms = for_ms - (down_at_ms - active_at_ms);
    Some(if remaining_ms <= 0 {
        active_at_ms
    } else if remaining_ms < grace_ms {
        now_ms + grace_ms - for_ms
    } else {
        active_at_ms + (now_ms - down_at_ms)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outage_does_not_count_and_the_grace_period_is_kept() {
        // Active since 0, evaluated until 40, started again at 100.
        let restored = |for_ms| restored_active_at(0, 40, 100, for_ms, 15);
        assert_eq!(restored(300), Some(60), "260 are left");
        assert_eq!(restored(50), Some(65), "10 are left, but 15 have to pass");
        assert_eq!(restored(40), Some(0), "nothing is left");
        assert_eq!(restored(14), None, "shorter than the grace period");
    }
}
