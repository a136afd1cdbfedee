use std::time::Duration;

use odd_contracts::{JobId, JobSubmission};

use crate::data::LoadFailure;

/// A submission that is on its way, or may have arrived.
#[derive(Debug, Clone)]
pub(crate) struct Sent {
    pub(crate) submission: Box<JobSubmission>,
    pub(crate) key: String,
}

/// What became of the job in the form.
#[derive(Debug, Clone)]
pub(crate) enum Phase {
    /// It was not sent yet.
    Editing,
    /// There is no answer yet.
    Sending { sent: Sent, since: Duration },
    /// It is stored.
    Accepted { id: JobId, is_repeat: bool },
    /// It is not stored.
    Refused(LoadFailure),
    /// It may be stored.
    Unknown { sent: Sent, why: LoadFailure },
}
