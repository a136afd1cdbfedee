use std::collections::HashMap;

use odd_contracts::{JobId, Timestamp};
use odd_core::ports::{Acceptance, Submitted};
use odd_core::{Change, JobEvent, JobState, NewJob};

use crate::packed::EventRows;
use crate::shared::{Role, Shared};

/// New jobs in the order of their submission. Their time is the transaction's, which the answer to the insertion of the
/// events contains.
#[derive(Default)]
pub(super) struct CreatedJobs {
    /// Start of each job that does not start at once.
    pub(super) starts: Vec<Option<Timestamp>>,
    pub(super) events: Vec<JobEvent>,
    pub(super) event_rows: EventRows,
    pub(super) answers: HashMap<JobId, Submitted>,
}

impl CreatedJobs {
    /// `now` may be missing if all jobs start at once.
    pub(super) fn of(shared: &Shared, new: &[&NewJob], now: Option<Timestamp>) -> Self {
        let (producer, producer_id) = shared.producer(Role::Gateway);
        let now = now.unwrap_or(Timestamp::from_micros(0));
        let mut created = Self::default();
        created.events.reserve(new.len());
        created.answers.reserve(new.len());
        for job in new {
            let (state, change) = JobState::submit(job, now);
            let event = JobEvent {
                job_id: job.id,
                job_type: job.job_type.clone(),
                queue: job.queue.clone(),
                version: change.version,
                attempt: change.attempt,
                occurred_at: now,
                correlation_id: job.correlation_id,
                trace: job.trace,
                producer: producer.clone(),
                previous_status: change.previous_status,
                change: change.change,
            };
            created.starts.push(match event.change {
                Change::Created { run_at, .. } => run_at,
                _ => None,
            });
            created.event_rows.push(&event, producer_id);
            created.events.push(event);
            let answer = Submitted {
                id: job.id,
                status: state.status,
                accepted_at: now,
                acceptance: Acceptance::Created,
            };
            created.answers.insert(job.id, answer);
        }
        created
    }

    /// Sets the time of the transaction.
    pub(super) fn set_time(&mut self, now: Timestamp) {
        self.events
            .iter_mut()
            .for_each(|event| event.occurred_at = now);
        self.answers
            .values_mut()
            .for_each(|answer| answer.accepted_at = now);
    }
}
