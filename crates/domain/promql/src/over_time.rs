use crate::ast::RangeFunction;
use crate::compensated_sum::{CompensatedSum, mean};
use crate::counter::{Extrapolation, extrapolated};
use crate::sample::Point;

/// Computes a function over the points of a series in the range that ends at `end_ms`. Returns `None` when the series has
/// no value: for no points, or for one point if the function needs two.
pub(crate) fn apply(
    function: RangeFunction,
    points: &[Point],
    end_ms: i64,
    range_ms: i64,
) -> Option<f64> {
    let first = points.first()?.value;
    let values = points.iter().map(|point| point.value);
    let extrapolate = |extrapolation| extrapolated(extrapolation, points, end_ms, range_ms);
    match function {
        RangeFunction::Rate => extrapolate(Extrapolation::Rate),
        RangeFunction::Increase => extrapolate(Extrapolation::Increase),
        RangeFunction::Delta => extrapolate(Extrapolation::Delta),
        RangeFunction::Changes => Some(count_pairs(points, is_change)),
        RangeFunction::Resets => Some(count_pairs(points, |before, after| after < before)),
        RangeFunction::Max => Some(values.fold(first, larger)),
        RangeFunction::Min => Some(values.fold(first, smaller)),
        RangeFunction::Average => Some(mean(&values.collect::<Vec<_>>())),
        RangeFunction::Sum => Some(CompensatedSum::of(values).value()),
        RangeFunction::Count => Some(points.len() as f64),
    }
}

/// Returns the larger value, and a number rather than NaN.
pub(crate) fn larger(one: f64, other: f64) -> f64 {
    if other > one || one.is_nan() {
        other
    } else {
        one
    }
}

/// Returns the smaller value, and a number rather than NaN.
pub(crate) fn smaller(one: f64, other: f64) -> f64 {
    if other < one || one.is_nan() {
        other
    } else {
        one
    }
}

fn count_pairs(points: &[Point], counts: impl Fn(f64, f64) -> bool) -> f64 {
    let pairs = points.windows(2);
    pairs
        .filter(|pair| counts(pair[0].value, pair[1].value))
        .count() as f64
}

fn is_change(before: f64, after: f64) -> bool {
    before != after && !(before.is_nan() && after.is_nan())
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAN: f64 = f64::NAN;

    fn over(function: RangeFunction, values: &[f64]) -> Option<f64> {
        let points: Vec<Point> = (0..)
            .zip(values)
            .map(|(second, value)| Point {
                at_ms: second * 1_000,
                value: *value,
            })
            .collect();
        apply(function, &points, 10_000, 10_000)
    }

    #[test]
    fn functions_of_values_that_are_not_numbers() {
        use RangeFunction::{Average, Changes, Count, Max, Min, Sum};
        for (function, values, expected) in [
            (Max, &[1.0, NAN, 3.0, 2.0][..], 3.0),
            (Max, &[NAN, -1.0], -1.0),
            (Min, &[1.0, NAN, -3.0, 2.0], -3.0),
            (Min, &[NAN, NAN, 5.0], 5.0),
            (Count, &[NAN, 1.0], 2.0),
            (Changes, &[NAN, NAN, 1.0, 1.0, NAN], 2.0),
        ] {
            assert_eq!(over(function, values), Some(expected), "{function:?}");
        }
        for function in [Average, Sum] {
            assert!(over(function, &[1.0, NAN]).is_some_and(f64::is_nan));
        }
        assert!(over(Max, &[NAN]).is_some_and(f64::is_nan));
    }

    #[test]
    fn changes_and_resets_are_counted() {
        let values = [1.0, 1.0, 2.0, 0.0, 0.0, 5.0, 4.0];
        assert_eq!(over(RangeFunction::Changes, &values), Some(4.0));
        assert_eq!(over(RangeFunction::Resets, &values), Some(2.0));
        assert_eq!(over(RangeFunction::Changes, &[3.0]), Some(0.0));
        assert_eq!(over(RangeFunction::Resets, &[3.0]), Some(0.0));
    }

    #[test]
    fn series_without_points_has_no_value() {
        for function in [RangeFunction::Count, RangeFunction::Sum, RangeFunction::Max] {
            assert_eq!(over(function, &[]), None);
        }
    }
}
