use crate::ports::{JobCommands, Leadership, Maintenance, Quarantine, StoreHints, WorkQueue};

/// The authoritative store: everything that changes jobs. Services take only the ports they use; this sum of them serves
/// the composition root and tests.
pub trait JobStore:
    JobCommands + WorkQueue + StoreHints + Maintenance + Leadership + Quarantine
{
}

impl<T> JobStore for T where
    T: JobCommands + WorkQueue + StoreHints + Maintenance + Leadership + Quarantine
{
}
