use odd_core::ports::{EventSink, LogRecord};

/// Ignores commits.
pub(crate) struct NullSink;

impl EventSink for NullSink {
    fn committed(&self, _: Vec<LogRecord>) {}
}
