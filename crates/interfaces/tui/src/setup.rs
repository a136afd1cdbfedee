use std::fmt;
use std::sync::Arc;

use odd_doctor::{Check, Group, Probe};

/// Creates the checks of the prerequisites. They are created for every run, because a probe runs once.
#[derive(Clone)]
pub struct SetupProbes(Arc<dyn Fn() -> Vec<Probe> + Send + Sync>);

impl SetupProbes {
    /// Wraps a function that returns the probes of one run.
    pub fn new(create: impl Fn() -> Vec<Probe> + Send + Sync + 'static) -> Self {
        Self(Arc::new(create))
    }

    pub(crate) fn create(&self) -> Vec<Probe> {
        (self.0)()
    }
}

impl fmt::Debug for SetupProbes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SetupProbes")
    }
}

/// Progress of a run of the checks.
#[derive(Debug)]
pub enum SetupUpdate {
    /// The checks that run now, with the group and the title of each.
    Started(Vec<(Group, String)>),
    /// A check has finished.
    Finished(Box<Check>),
    /// All checks have finished.
    Done,
}
