//! The state of the whole system in one word: from the health of the services and the alerts.

mod causes;
mod source;

pub(crate) use self::source::HealthSource;
