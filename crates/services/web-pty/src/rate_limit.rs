use tokio::time::Instant;

/// A token bucket: a budget that is used up, and refilled at a constant rate.
#[derive(Debug)]
pub(crate) struct RateLimit {
    capacity: f64,
    per_second: f64,
    left: f64,
    refilled_at: Instant,
}

impl RateLimit {
    /// Creates a full bucket.
    pub(crate) fn new(capacity: u32, per_second: u32, now: Instant) -> Self {
        Self {
            capacity: f64::from(capacity),
            per_second: f64::from(per_second),
            left: f64::from(capacity),
            refilled_at: now,
        }
    }

    /// Takes `amount` out of the bucket. Returns `false`, and takes nothing, if it contains less.
    pub(crate) fn take(&mut self, amount: u32, now: Instant) -> bool {
        let elapsed = now.duration_since(self.refilled_at).as_secs_f64();
        self.left = (self.left + elapsed * self.per_second).min(self.capacity);
        self.refilled_at = now;
        let amount = f64::from(amount);
        let is_enough = self.left >= amount;
        if is_enough {
            self.left -= amount;
        }
        is_enough
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn bucket_is_refilled_up_to_its_capacity() {
        let start = Instant::now();
        let mut limit = RateLimit::new(10, 5, start);
        assert!(limit.take(10, start));
        assert!(!limit.take(1, start));
        let later = start + Duration::from_secs(1);
        assert!(limit.take(5, later) && !limit.take(1, later));
        let much_later = start + Duration::from_secs(3_600);
        assert!(limit.take(10, much_later) && !limit.take(1, much_later));
    }
}
