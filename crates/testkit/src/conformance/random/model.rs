use std::collections::{BTreeMap, HashMap};

use odd_contracts::{EventType, JobId, JobStatus, Timestamp};
use odd_core::ports::{Lease, LogEntry, LogRecord, Position};
use odd_core::{Aggregates, Change, JobEvent, machine};

use super::command::Command;
use crate::event_schema::assert_follows_schema;

/// State of a job according to the log.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct JobModel {
    pub(super) status: JobStatus,
    pub(super) version: u32,
    pub(super) attempt: u32,
    pub(super) run: u32,
    pub(super) updated_at: Timestamp,
    /// Due time of a waiting job.
    pub(super) run_at: Option<Timestamp>,
}

/// State according to the log, and the leases granted to workers.
pub(super) struct Model {
    pub(super) jobs: BTreeMap<JobId, JobModel>,
    pub(super) leases: Vec<Lease>,
    /// Expiry of each lease as returned to the worker.
    pub(super) ends: HashMap<Lease, Timestamp>,
    pub(super) read_to: Position,
    pub(super) aggregates: Aggregates,
}

impl Model {
    pub(super) fn new() -> Self {
        Self {
            jobs: BTreeMap::new(),
            leases: Vec::new(),
            ends: HashMap::new(),
            read_to: Position(0),
            aggregates: Aggregates::default(),
        }
    }

    /// Applies the entries that `command` appended to the log and returns the jobs that changed.
    pub(super) fn take_in(&mut self, command: &Command, entries: Vec<LogRecord>) -> Vec<JobId> {
        let mut touched = Vec::new();
        for LogRecord { position, entry } in entries {
            assert!(position > self.read_to);
            self.read_to = position;
            self.aggregates.fold(&entry);
            if let LogEntry::Event(event) = entry {
                let kind = event.change.event_type();
                assert!(command.may_cause().contains(&kind), "{kind} by {command:?}");
                self.check(&event);
                self.apply(&event);
                touched.push(event.job_id);
            }
        }
        touched
    }

    fn check(&mut self, event: &JobEvent) {
        let known = self.jobs.get(&event.job_id);
        let status = known.map(|job| job.status);
        assert_eq!(event.previous_status, status, "{event:?}");
        assert_eq!(
            event.version,
            known.map_or(1, |job| job.version + 1),
            "{event:?}"
        );
        let kind = event.change.event_type();
        assert!(
            machine::is_legal(status, kind, event.change.status()),
            "{event:?}"
        );
        let attempt = known.map_or(0, |job| job.attempt) + u32::from(kind == EventType::Started);
        assert_eq!(event.attempt.unwrap_or(0), attempt, "{event:?}");
        if let Some(job) = known {
            assert!(event.occurred_at >= job.updated_at, "{event:?}");
        }
        assert_follows_schema(event);
    }

    fn apply(&mut self, event: &JobEvent) {
        let earlier = self.jobs.get(&event.job_id);
        let leaves_the_end = earlier.is_some_and(|job| job.status.is_terminal());
        let run_at = match event.change {
            Change::Created { run_at, .. } => run_at,
            Change::Retrying { run_at, .. } => Some(run_at),
            _ => None,
        };
        let job = JobModel {
            status: event.change.status(),
            version: event.version,
            attempt: event.attempt.unwrap_or(0),
            run: earlier.map_or(1, |job| job.run + u32::from(leaves_the_end)),
            updated_at: event.occurred_at,
            run_at,
        };
        self.jobs.insert(event.job_id, job);
    }

    /// Returns `true` if the lease is valid.
    pub(super) fn is_held(&self, lease: Lease) -> bool {
        let job = self.jobs.get(&lease.job_id);
        job.is_some_and(|job| job.status == JobStatus::Executing && job.attempt == lease.attempt)
    }

    /// Returns the `nth` job, modulo the number of jobs.
    pub(super) fn job(&self, nth: usize) -> Option<JobId> {
        let count = self.jobs.len();
        self.jobs.keys().nth(nth.checked_rem(count)?).copied()
    }

    /// Returns the `nth` of all granted leases, from the newest, modulo their number.
    pub(super) fn lease(&self, nth: usize) -> Option<Lease> {
        let count = self.leases.len();
        let from_newest = nth.checked_rem(count)?;
        Some(self.leases[count - 1 - from_newest])
    }

    pub(super) fn count(&self, matches: impl Fn(&JobModel) -> bool) -> usize {
        self.jobs.values().filter(|job| matches(job)).count()
    }

    /// Returns how many running attempts have a lease that expired before `now`.
    pub(super) fn expired(&self, now: Timestamp) -> usize {
        let ended = self.ends.iter().filter(|(_, end)| **end < now);
        ended.filter(|(lease, _)| self.is_held(**lease)).count()
    }
}
