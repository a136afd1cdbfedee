use crate::sample::Point;

/// Which of the functions that extrapolate to the bounds of a range is computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Extrapolation {
    /// Increase per second of a counter.
    Rate,
    /// Increase of a counter.
    Increase,
    /// Difference of a gauge.
    Delta,
}

/// Computes `rate`, `increase` or `delta` over the range that ends at `end_ms`.
///
/// The change between the first and the last point is extrapolated to the bounds of the range, or half an interval
/// beyond the points where they are further away; a counter is not extrapolated below zero. Source: `extrapolatedRate`
/// in `promql/functions.go` of Prometheus.
///
/// Returns `None` for fewer than two points.
pub(crate) fn extrapolated(
    extrapolation: Extrapolation,
    points: &[Point],
    end_ms: i64,
    range_ms: i64,
) -> Option<f64> {
    let (first, last) = (points.first()?, points.last()?);
    if points.len() < 2 {
        return None;
    }
    let is_counter = extrapolation != Extrapolation::Delta;
    let change = change(points, is_counter);
    let sampled_s = seconds(last.at_ms - first.at_ms);
    let interval_s = sampled_s / (points.len() - 1) as f64;
    let limited = |distance_s: f64| {
        let is_far = distance_s >= interval_s * 1.1;
        if is_far { interval_s / 2.0 } else { distance_s }
    };
    let mut to_start_s = limited(seconds(first.at_ms - (end_ms - range_ms)));
    if is_counter && change > 0.0 && first.value >= 0.0 {
        to_start_s = to_start_s.min(sampled_s * (first.value / change));
    }
    let to_end_s = limited(seconds(end_ms - last.at_ms));
    let factor = (sampled_s + to_start_s + to_end_s) / sampled_s;
    Some(match extrapolation {
        Extrapolation::Rate => change * (factor / seconds(range_ms)),
        Extrapolation::Increase | Extrapolation::Delta => change * factor,
    })
}

/// Returns the difference of the last and the first value. A decrease of a counter is a restart at zero.
fn change(points: &[Point], is_counter: bool) -> f64 {
    let mut change = points[points.len() - 1].value - points[0].value;
    if is_counter {
        for pair in points.windows(2) {
            if pair[1].value < pair[0].value {
                change += pair[0].value;
            }
        }
    }
    change
}

fn seconds(ms: i64) -> f64 {
    ms as f64 / 1_000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn points(every_ms: i64, values: &[f64]) -> Vec<Point> {
        let at = (0..).map(|index| index * every_ms);
        at.zip(values)
            .map(|(at_ms, value)| Point {
                at_ms,
                value: *value,
            })
            .collect()
    }

    fn increase(values: &[f64], end_ms: i64, range_ms: i64) -> Option<f64> {
        extrapolated(
            Extrapolation::Increase,
            &points(10_000, values),
            end_ms,
            range_ms,
        )
    }

    #[test]
    fn one_point_has_no_rate() {
        assert_eq!(increase(&[], 5_000, 60_000), None);
        assert_eq!(increase(&[7.0], 5_000, 60_000), None);
    }

    #[test]
    fn change_is_extrapolated_to_bounds_that_are_near() {
        // Points at 0 and 10 s with a change of 10; the range is -5 s to 15 s.
        assert_eq!(increase(&[100.0, 110.0], 15_000, 20_000), Some(20.0));
        let rate = extrapolated(
            Extrapolation::Rate,
            &points(10_000, &[100.0, 110.0]),
            15_000,
            20_000,
        );
        assert_eq!(rate, Some(1.0));
    }

    #[test]
    fn change_is_extrapolated_by_half_an_interval_towards_bounds_that_are_far() {
        assert_eq!(increase(&[100.0, 110.0], 60_000, 120_000), Some(20.0));
    }

    #[test]
    fn counter_is_not_extrapolated_below_zero() {
        // The counter was zero 2 s before its first point.
        assert_eq!(increase(&[2.0, 12.0], 10_000, 19_000), Some(12.0));
        assert_eq!(increase(&[2.0, 12.0], 10_000, 60_000), Some(12.0));
        // It cannot have been above zero before a first point at zero.
        assert_eq!(increase(&[0.0, 10.0], 10_000, 60_000), Some(10.0));
    }

    #[test]
    fn gauge_is_extrapolated_below_zero() {
        let delta = extrapolated(
            Extrapolation::Delta,
            &points(10_000, &[0.0, 10.0]),
            10_000,
            60_000,
        );
        assert_eq!(delta, Some(15.0));
    }

    #[test]
    fn decrease_of_a_counter_is_a_restart_at_zero() {
        assert_eq!(
            increase(&[90.0, 100.0, 5.0, 10.0], 30_000, 30_000),
            Some(20.0)
        );
        let delta = extrapolated(
            Extrapolation::Delta,
            &points(10_000, &[90.0, 100.0, 5.0, 10.0]),
            30_000,
            30_000,
        );
        assert_eq!(delta, Some(-80.0));
    }
}
