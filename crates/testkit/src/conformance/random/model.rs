use std::collections::{BTreeMap, HashMap};

use odd_contracts::{EventType, JobId, JobStatus, Timestamp};
use odd_core::ports::{Lease, LogEntry, LogRecord, Position};
use odd_core::{Aggregates, Change, JobEvent, machine};

use super::command::Command;
use crate::event_schema::assert_follows_schema;

/// What the log has told of a job.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Told {
    pub(super) status: JobStatus,
    pub(super) version: u32,
    pub(super) attempt: u32,
    pub(super) run: u32,
    pub(super) updated_at: Timestamp,
    /// Of a waiting job.
    pub(super) run_at: Option<Timestamp>,
}

/// Everything that the log has told, and what workers have been given.
pub(super) struct Model {
    pub(super) jobs: BTreeMap<JobId, Told>,
    pub(super) leases: Vec<Lease>,
    /// When the leases end, as far as workers were told.
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

    /// Takes in what `command` added to the log; the jobs that it touched.
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
        let status = known.map(|told| told.status);
        assert_eq!(event.previous_status, status, "{event:?}");
        assert_eq!(
            event.version,
            known.map_or(1, |told| told.version + 1),
            "{event:?}"
        );
        let kind = event.change.event_type();
        assert!(
            machine::is_legal(status, kind, event.change.status()),
            "{event:?}"
        );
        let attempt = known.map_or(0, |told| told.attempt) + u32::from(kind == EventType::Started);
        assert_eq!(event.attempt.unwrap_or(0), attempt, "{event:?}");
        if let Some(told) = known {
            assert!(event.occurred_at >= told.updated_at, "{event:?}");
        }
        assert_follows_schema(event);
    }

    fn apply(&mut self, event: &JobEvent) {
        let earlier = self.jobs.get(&event.job_id);
        let leaves_the_end = earlier.is_some_and(|told| told.status.is_terminal());
        let run_at = match event.change {
            Change::Created { run_at, .. } => run_at,
            Change::Retrying { run_at, .. } => Some(run_at),
            _ => None,
        };
        let told = Told {
            status: event.change.status(),
            version: event.version,
            attempt: event.attempt.unwrap_or(0),
            run: earlier.map_or(1, |told| told.run + u32::from(leaves_the_end)),
            updated_at: event.occurred_at,
            run_at,
        };
        self.jobs.insert(event.job_id, told);
    }

    /// Whether the lease gives a right to anything.
    pub(super) fn is_held(&self, lease: Lease) -> bool {
        let told = self.jobs.get(&lease.job_id);
        told.is_some_and(|told| {
            told.status == JobStatus::Executing && told.attempt == lease.attempt
        })
    }

    /// The `nth` of the jobs, counted around.
    pub(super) fn job(&self, nth: usize) -> Option<JobId> {
        let count = self.jobs.len();
        self.jobs.keys().nth(nth.checked_rem(count)?).copied()
    }

    /// The `nth` of all leases ever given, counted around from the newest.
    pub(super) fn lease(&self, nth: usize) -> Option<Lease> {
        let count = self.leases.len();
        let from_newest = nth.checked_rem(count)?;
        Some(self.leases[count - 1 - from_newest])
    }

    pub(super) fn count(&self, is_wanted: impl Fn(&Told) -> bool) -> usize {
        self.jobs.values().filter(|told| is_wanted(told)).count()
    }

    /// How many running attempts have a lease that ended before `now`.
    pub(super) fn expired(&self, now: Timestamp) -> usize {
        let ended = self.ends.iter().filter(|(_, end)| **end < now);
        ended.filter(|(lease, _)| self.is_held(**lease)).count()
    }
}
