/// Failed measurements in a row after which the last value is out of date: 15 s at the usual interval.
const MOST: u32 = 3;

/// The failed measurements of a gauge since the last successful one.
#[derive(Debug, Default)]
pub(crate) struct Failures(u32);

impl Failures {
    /// Adds one. Returns `true` if the last value is out of date.
    pub(crate) fn add(&mut self) -> bool {
        self.0 = self.0.saturating_add(1);
        self.0 >= MOST
    }
}
