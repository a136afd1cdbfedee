use std::time::Duration;

/// The origin whose pages may open terminals.
pub(crate) const ORIGIN: &str = "http://127.0.0.1:8081";

/// Longest wait for something that should happen at once.
pub(crate) const SOON: Duration = Duration::from_secs(20);
