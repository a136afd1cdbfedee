use std::collections::HashMap;

use odd_contracts::{JobId, JobStatus, Timestamp};
use odd_core::ports::{Acceptance, Submitted};
use odd_core::{JobEvent, JobState, NewJob, StoreTime};

use crate::packed::EventRows;
use crate::shared::{Role, Shared};

/// New jobs in the order of their submission. Their time is the transaction's, which the answer to the insertion of the
/// events contains.
#[derive(Default)]
pub(super) struct CreatedJobs {
    /// Steady time of the start of each job that does not start at once.
    pub(super) starts: Vec<Option<Timestamp>>,
    pub(super) events: Vec<JobEvent>,
    pub(super) event_rows: EventRows,
    pub(super) answers: HashMap<JobId, Submitted>,
}

impl CreatedJobs {
    /// `now` may be missing if all jobs start at once.
    pub(super) fn of(shared: &Shared, new: &[&NewJob], now: Option<StoreTime>) -> Self {
        let (producer, producer_id) = shared.producer(Role::Gateway);
        let now = now.unwrap_or(StoreTime::of(Timestamp::from_micros(0)));
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
                occurred_at: now.wall,
                correlation_id: job.correlation_id,
                trace: job.trace,
                producer: producer.clone(),
                previous_status: change.previous_status,
                change: change.change,
            };
            let is_delayed = state.status == JobStatus::Scheduled;
            created.starts.push(is_delayed.then_some(state.due_at));
            created.event_rows.push(now.wall, &event, producer_id);
            created.events.push(event);
            let answer = Submitted {
                id: job.id,
                status: state.status,
                accepted_at: now.wall,
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
