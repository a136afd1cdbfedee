use std::time::Duration;

/// Delay before a page that could not be loaded is requested again.
const RETRY_DELAY: Duration = Duration::from_secs(5);

/// The load of the page after those that are loaded. Times are since the start of the interface.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Following {
    #[default]
    Idle,
    Loading,
    /// The last load failed; the next one begins at this time.
    Failed {
        retry_at: Duration,
    },
}

impl Following {
    /// Returns `true`, and notes that a request begins, unless one runs or has failed recently.
    pub(crate) fn begins(&mut self, now: Duration) -> bool {
        let begins = match self {
            Self::Idle => true,
            Self::Loading => false,
            Self::Failed { retry_at } => now >= *retry_at,
        };
        if begins {
            *self = Self::Loading;
        }
        begins
    }

    /// Notes how the request has ended.
    pub(crate) fn finish(&mut self, is_ok: bool, now: Duration) {
        *self = match is_ok {
            true => Self::Idle,
            false => Self::Failed {
                retry_at: now + RETRY_DELAY,
            },
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failed_load_is_repeated_after_a_delay() {
        let at = Duration::from_secs;
        let mut following = Following::default();
        assert!(following.begins(at(1)));
        assert!(!following.begins(at(2)), "it runs");
        following.finish(false, at(3));
        assert!(!following.begins(at(7)));
        assert!(following.begins(at(8)));
        following.finish(true, at(9));
        assert!(following.begins(at(9)));
    }
}
