/// A sum with Neumaier's compensation of rounding errors, as Prometheus sums. Infinite values give an infinite sum.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct CompensatedSum {
    sum: f64,
    compensation: f64,
}

impl CompensatedSum {
    pub(crate) fn of(values: impl IntoIterator<Item = f64>) -> Self {
        let mut sum = Self::default();
        for value in values {
            sum.add(value);
        }
        sum
    }

    pub(crate) fn add(&mut self, value: f64) {
        let total = self.sum + value;
        if total.is_infinite() {
            self.compensation = 0.0;
        } else if self.sum.abs() >= value.abs() {
            self.compensation += (self.sum - total) + value;
        } else {
            self.compensation += (value - total) + self.sum;
        }
        self.sum = total;
    }

    pub(crate) fn value(self) -> f64 {
        if self.sum.is_infinite() {
            return self.sum;
        }
        self.sum + self.compensation
    }
}

/// Returns the mean. A sum that is too large for a float does not make it infinite.
pub(crate) fn mean(values: &[f64]) -> f64 {
    let count = values.len() as f64;
    let sum = CompensatedSum::of(values.iter().copied()).value();
    if sum.is_finite() || values.iter().any(|value| !value.is_finite()) {
        return sum / count;
    }
    CompensatedSum::of(values.iter().map(|value| value / count)).value()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_values_are_not_lost_in_a_large_sum() {
        assert_eq!(CompensatedSum::of([1e100, 1.0, -1e100]).value(), 1.0);
        assert_eq!(mean(&[1e308, 1e308]), 1e308);
    }

    #[test]
    fn infinite_values_remain_infinite() {
        assert_eq!(mean(&[1.0, f64::INFINITY]), f64::INFINITY);
        assert!(mean(&[f64::NEG_INFINITY, f64::INFINITY]).is_nan());
        assert!(CompensatedSum::of([f64::NAN, 1.0]).value().is_nan());
    }
}
