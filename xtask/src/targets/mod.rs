//! The performance targets and their measurement.

mod measure;
mod table;
mod terminal;

pub(crate) use measure::measure_all;
pub(crate) use table::Table;
pub(crate) use terminal::measure as measure_terminal;

/// The target of a measurement.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Target {
    /// This or more.
    AtLeast(f64),
    /// This or less.
    AtMost(f64),
}

impl Target {
    fn is_met_by(self, measured: f64) -> bool {
        match self {
            Self::AtLeast(target) => measured >= target,
            Self::AtMost(target) => measured <= target,
        }
    }
}
