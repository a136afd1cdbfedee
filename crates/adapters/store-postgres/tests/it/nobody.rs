use odd_core::ports::{EventSink, LogRecord};

/// Is told of commits and does nothing.
pub(crate) struct Nobody;

impl EventSink for Nobody {
    fn committed(&self, _: Vec<LogRecord>) {}
}
