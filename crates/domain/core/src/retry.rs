use odd_contracts::RetryOverride;
use serde::{Deserialize, Serialize};

/// The delay between a failed attempt and the next one: exponential backoff with full jitter.
///
/// The delay after attempt *n* of a run is uniform in `[0, min(max_delay_ms, base_delay_ms * multiplier^(n-1))]`
/// ("Exponential Backoff And Jitter", AWS Architecture Blog, 2015).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct RetryPolicy {
    /// Upper bound of the delay after the first failure.
    pub base_delay_ms: u64,
    /// Upper bound of every delay.
    pub max_delay_ms: u64,
    /// Factor by which the bound grows with each attempt.
    pub multiplier: f64,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            base_delay_ms: 1_000,
            max_delay_ms: 300_000,
            multiplier: 2.0,
        }
    }
}

impl RetryPolicy {
    /// Returns this policy with the values that a job overrides.
    #[must_use]
    pub fn overridden(self, by: &RetryOverride) -> Self {
        Self {
            base_delay_ms: by.base_delay_ms.unwrap_or(self.base_delay_ms),
            max_delay_ms: by.max_delay_ms.unwrap_or(self.max_delay_ms),
            multiplier: by.multiplier.unwrap_or(self.multiplier),
        }
    }

    /// Returns the largest delay after the `nth` attempt of a run, counted from 1.
    pub fn bound_ms(&self, nth: u32) -> u64 {
        let exponent = i32::try_from(nth.saturating_sub(1)).unwrap_or(i32::MAX);
        let bound = self.base_delay_ms as f64 * self.multiplier.powi(exponent);
        bound.min(self.max_delay_ms as f64) as u64
    }

    /// Returns the delay after the `nth` attempt. `jitter` is uniform in `[0, 1)`.
    pub fn delay_ms(&self, nth: u32, jitter: f64) -> u64 {
        (self.bound_ms(nth) as f64 * jitter.clamp(0.0, 1.0)) as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_double_up_to_the_maximum() {
        let policy = RetryPolicy {
            base_delay_ms: 100,
            max_delay_ms: 1_000,
            multiplier: 2.0,
        };
        let bounds: Vec<u64> = (1..=6).map(|n| policy.bound_ms(n)).collect();
        assert_eq!(bounds, [100, 200, 400, 800, 1_000, 1_000]);
        assert_eq!(policy.bound_ms(u32::MAX), 1_000);
    }

    #[test]
    fn jitter_spreads_over_the_whole_bound() {
        let policy = RetryPolicy {
            base_delay_ms: 100,
            max_delay_ms: 1_000,
            multiplier: 2.0,
        };
        assert_eq!(policy.delay_ms(2, 0.0), 0);
        assert_eq!(policy.delay_ms(2, 0.5), 100);
    }
}
