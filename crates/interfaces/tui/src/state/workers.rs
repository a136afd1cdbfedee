use std::collections::{BTreeMap, HashMap};

use odd_contracts::{EventEnvelope, EventType, JobId, Timestamp};

/// Largest number of workers, and of running jobs, that are remembered.
const LIMIT: usize = 10_000;

/// The workers that events of this session name.
#[derive(Debug, Clone, Default)]
pub(crate) struct Workers {
    workers: BTreeMap<String, Worker>,
    running: HashMap<JobId, String>,
}

/// What events say about a worker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Worker {
    /// Attempts that started and have not ended.
    pub(crate) running: u64,
    /// Attempts that have ended.
    pub(crate) ended: u64,
    pub(crate) last_seen: Timestamp,
}

impl Workers {
    pub(crate) fn iter(&self) -> impl ExactSizeIterator<Item = (&str, Worker)> {
        let workers = self.workers.iter();
        workers.map(|(name, worker)| (name.as_str(), *worker))
    }

    pub(crate) fn apply(&mut self, event: &EventEnvelope) {
        let job = event.payload.job_id;
        match (event.event_type, &event.payload.worker_id) {
            (EventType::Started, Some(name)) if self.running.len() < LIMIT => {
                self.running.insert(job, name.clone());
                self.change(name, event.occurred_at, |worker| worker.running += 1);
            }
            (EventType::Validated | EventType::Progressed, Some(name)) => {
                self.change(name, event.occurred_at, |_| {});
            }
            (kind, _) if ends_attempt(kind) => {
                if let Some(name) = self.running.remove(&job) {
                    self.change(&name, event.occurred_at, |worker| {
                        worker.running = worker.running.saturating_sub(1);
                        worker.ended += 1;
                    });
                }
            }
            _ => {}
        }
    }

    fn change(&mut self, name: &str, at: Timestamp, change: impl FnOnce(&mut Worker)) {
        if !self.workers.contains_key(name) && self.workers.len() >= LIMIT {
            return;
        }
        let worker = self.workers.entry(name.to_owned()).or_insert(Worker {
            running: 0,
            ended: 0,
            last_seen: at,
        });
        worker.last_seen = worker.last_seen.max(at);
        change(worker);
    }
}

fn ends_attempt(kind: EventType) -> bool {
    matches!(
        kind,
        EventType::Completed
            | EventType::Failed
            | EventType::Retrying
            | EventType::Cancelled
            | EventType::Requeued
    )
}
