use std::time::Duration;

use super::LoadFailure;

/// Shortest time between two loads of the same data.
const SHORTEST_INTERVAL: Duration = Duration::from_millis(500);

/// Delays before the next try after one, two, three and more failures.
const RETRY_DELAYS: [u64; 4] = [1, 2, 5, 10];

/// Data that is loaded again and again, with its age and the last failure. Times are since the start of the interface.
#[derive(Debug, Clone)]
pub(crate) struct Resource<T> {
    value: Option<T>,
    loaded_at: Duration,
    requested_at: Option<Duration>,
    failure: Option<Failed>,
    is_outdated: bool,
    /// Whether the next load is due at once.
    is_due: bool,
}

#[derive(Debug, Clone)]
struct Failed {
    why: LoadFailure,
    times: usize,
    retry_at: Duration,
}

/// What there is to show.
#[derive(Debug)]
pub(crate) enum Phase<'a, T> {
    /// Nothing has arrived yet.
    Loading {
        /// The time since it was first requested.
        waited: Duration,
    },
    /// Nothing has arrived, and the last request failed.
    Failed {
        why: &'a LoadFailure,
        /// The time until the next try; `None` while it runs.
        retry_in: Option<Duration>,
    },
    /// The newest data.
    Ready(&'a T),
    /// Older data, because the last request failed.
    Stale {
        value: &'a T,
        age: Duration,
        why: &'a LoadFailure,
    },
}

impl<T> Default for Resource<T> {
    fn default() -> Self {
        Self {
            value: None,
            loaded_at: Duration::ZERO,
            requested_at: None,
            failure: None,
            is_outdated: false,
            is_due: false,
        }
    }
}

impl<T> Resource<T> {
    pub(crate) fn value(&self) -> Option<&T> {
        self.value.as_ref()
    }

    pub(crate) fn value_mut(&mut self) -> Option<&mut T> {
        self.value.as_mut()
    }

    /// Whether it was never requested.
    pub(crate) fn is_untouched(&self) -> bool {
        self.value.is_none() && self.failure.is_none() && self.requested_at.is_none()
    }

    /// Whether there is nothing to show yet, not even a failure.
    pub(crate) fn is_first_load(&self) -> bool {
        self.value.is_none() && self.failure.is_none()
    }

    pub(crate) fn phase(&self, now: Duration) -> Phase<'_, T> {
        match (&self.value, &self.failure) {
            (None, None) => Phase::Loading {
                waited: self
                    .requested_at
                    .map_or(Duration::ZERO, |at| now.saturating_sub(at)),
            },
            (None, Some(failed)) => Phase::Failed {
                why: &failed.why,
                retry_in: match self.requested_at {
                    Some(_) => None,
                    None => Some(failed.retry_at.saturating_sub(now)),
                },
            },
            (Some(value), None) => Phase::Ready(value),
            (Some(value), Some(failed)) => Phase::Stale {
                value,
                age: now.saturating_sub(self.loaded_at),
                why: &failed.why,
            },
        }
    }

    /// Returns how old the data is that could not be loaded again.
    pub(crate) fn stale_age(&self, now: Duration) -> Option<Duration> {
        match self.phase(now) {
            Phase::Stale { age, .. } => Some(age),
            _ => None,
        }
    }

    /// Returns `true`, and notes that a request begins, when one is due: nothing is loaded, the data is older than
    /// `interval`, or it was marked as outdated.
    pub(crate) fn begins_load(&mut self, now: Duration, interval: Duration) -> bool {
        let age = now.saturating_sub(self.loaded_at);
        let is_due = match (&self.failure, &self.value) {
            _ if self.requested_at.is_some() => false,
            (Some(failed), _) => now >= failed.retry_at,
            (None, None) => true,
            (None, Some(_)) => {
                self.is_due || age >= interval || (self.is_outdated && age >= SHORTEST_INTERVAL)
            }
        };
        if is_due {
            self.requested_at = Some(now);
            self.is_outdated = false;
            self.is_due = false;
        }
        is_due
    }

    /// Stores the result of a request.
    pub(crate) fn finish(&mut self, result: Result<T, LoadFailure>, now: Duration) {
        self.requested_at = None;
        match result {
            Ok(value) => {
                self.value = Some(value);
                self.loaded_at = now;
                self.failure = None;
            }
            Err(why) => {
                let times = self.failure.as_ref().map_or(0, |failed| failed.times);
                let delay = RETRY_DELAYS[times.min(RETRY_DELAYS.len() - 1)];
                self.failure = Some(Failed {
                    why,
                    times: times + 1,
                    retry_at: now + Duration::from_secs(delay),
                });
            }
        }
    }

    /// Marks the data as outdated: the next load is due as soon as the shortest interval has passed.
    pub(crate) fn outdate(&mut self) {
        self.is_outdated = true;
    }

    /// Makes the next load due at once, also after a failure.
    pub(crate) fn reload(&mut self) {
        self.is_due = true;
        if let Some(failed) = &mut self.failure {
            failed.retry_at = Duration::ZERO;
        }
    }

    /// Forgets everything, for data of another selection.
    pub(crate) fn reset(&mut self) {
        *self = Self::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failure() -> LoadFailure {
        LoadFailure {
            what: "x".into(),
            cause: String::new(),
            hint: "",
            is_unreachable: false,
        }
    }

    fn seconds(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn only_one_request_runs_at_a_time() {
        let mut resource = Resource::<u8>::default();
        assert!(resource.begins_load(seconds(1), seconds(5)));
        assert!(!resource.begins_load(seconds(60), seconds(5)));
        resource.finish(Ok(1), seconds(61));
        assert!(!resource.begins_load(seconds(62), seconds(5)));
        assert!(resource.begins_load(seconds(66), seconds(5)));
    }

    #[test]
    fn failed_load_is_repeated_after_growing_delays_and_keeps_the_data() {
        let mut resource = Resource::default();
        resource.finish(Ok(7), seconds(1));
        for (at, delay) in [(10, 1), (20, 2), (30, 5), (40, 10), (60, 10)] {
            resource.finish(Err(failure()), seconds(at));
            assert!(
                !resource.begins_load(seconds(at + delay) - Duration::from_millis(1), seconds(1))
            );
            assert!(resource.begins_load(seconds(at + delay), seconds(1)));
        }
        assert!(matches!(
            resource.phase(seconds(90)),
            Phase::Stale { value: 7, age, .. } if age == seconds(89)
        ));
    }

    #[test]
    fn outdated_data_is_loaded_again_at_a_bounded_rate() {
        let mut resource = Resource::default();
        resource.finish(Ok(7), seconds(10));
        resource.outdate();
        assert!(!resource.begins_load(seconds(10), seconds(60)));
        assert!(resource.begins_load(seconds(11), seconds(60)));
    }

    #[test]
    fn reload_does_not_wait_for_the_retry_delay() {
        let mut resource = Resource::<u8>::default();
        resource.finish(Err(failure()), seconds(10));
        resource.reload();
        assert!(resource.begins_load(seconds(10), seconds(60)));
    }

    #[test]
    fn reload_is_due_at_once_and_does_not_change_the_age() {
        let mut resource = Resource::default();
        resource.finish(Ok(7), seconds(100));
        resource.reload();
        assert!(resource.begins_load(seconds(100), seconds(60)));
        resource.finish(Err(failure()), seconds(101));
        assert!(matches!(
            resource.phase(seconds(102)),
            Phase::Stale { value: 7, age, .. } if age == seconds(2)
        ));
    }
}
