use std::collections::BTreeMap;

use mongodb::bson::{Bson, Document, doc, serialize_to_bson};
use odd_contracts::{JobError, JobId, JobStatus, Timestamp};
use odd_core::ports::{LogEntry, LogRecord, Position};
use odd_core::{Change, JobEvent};

use super::event_document::{date, seq};

/// The combined effect of some events of one job on its document. The order in which events are applied does not matter:
/// the highest version determines the status, only one event creates the job, and attempt numbers only grow.
pub(super) struct JobProjection<'e> {
    newest: &'e JobEvent,
    first: Option<(Position, &'e JobEvent)>,
    failure: Option<&'e JobEvent>,
    attempt: u32,
    started_at: Option<Timestamp>,
}

/// Combines the events of each job.
pub(super) fn project_jobs(entries: &[LogRecord]) -> BTreeMap<JobId, JobProjection<'_>> {
    let mut projections: BTreeMap<JobId, JobProjection<'_>> = BTreeMap::new();
    for record in entries {
        let LogEntry::Event(event) = &record.entry else {
            continue;
        };
        projections
            .entry(event.job_id)
            .or_insert_with(|| JobProjection::new(event))
            .add(record.position, event);
    }
    projections
}

impl<'e> JobProjection<'e> {
    fn new(event: &'e JobEvent) -> Self {
        Self {
            newest: event,
            first: None,
            failure: None,
            attempt: 0,
            started_at: None,
        }
    }

    fn add(&mut self, position: Position, event: &'e JobEvent) {
        let is_newer = |than: &JobEvent| event.version > than.version;
        if is_newer(self.newest) {
            self.newest = event;
        }
        self.attempt = self.attempt.max(event.attempt.unwrap_or(0));
        match &event.change {
            Change::Created { .. } => self.first = Some((position, event)),
            Change::Started { .. } => {
                self.started_at = self.started_at.max(Some(event.occurred_at));
            }
            Change::Retrying { .. } | Change::Failed { .. }
                if self.failure.is_none_or(is_newer) =>
            {
                self.failure = Some(event);
            }
            _ => {}
        }
    }

    /// Returns the complete document of a new job, if its first event is among the events.
    pub(super) fn document(&self) -> Option<Document> {
        let mut document = doc! { "_id": self.id() };
        document.extend(self.creation_fields()?);
        document.extend(
            self.current_fields()
                .into_iter()
                .filter(|(_, value)| *value != Bson::Null),
        );
        document.extend(self.monotonic_fields());
        document.extend(self.failure_fields().unwrap_or_default());
        Some(document)
    }

    /// Returns the update of the fields that the highest version determines, unless the document has a higher version. With
    /// `upsert`, a missing document is created, and a document with a higher version causes a duplicate key.
    pub(super) fn current_update(&self, upsert: bool) -> Document {
        let (absent, set): (Document, Document) = self
            .current_fields()
            .into_iter()
            .partition(|(_, value)| *value == Bson::Null);
        let id = self.id();
        let older = doc! { "$lt": i64::from(self.newest.version) };
        doc! {
            "q": { "_id": id, "version": older },
            "u": { "$set": set, "$unset": absent },
            "upsert": upsert,
        }
    }

    /// Returns the updates of an existing document that do not depend on its version.
    pub(super) fn independent_updates(&self) -> Vec<Document> {
        let id = self.id();
        let mut change = doc! { "$max": self.monotonic_fields() };
        if let Some(creation) = self.creation_fields() {
            change.insert("$set", creation);
        }
        let mut updates = vec![doc! { "q": { "_id": &id }, "u": change }];
        if let (Some(failure), Some(event)) = (self.failure_fields(), self.failure) {
            let older = [
                doc! { "failureVersion": { "$exists": false } },
                doc! { "failureVersion": { "$lt": i64::from(event.version) } },
            ];
            let older = older.to_vec();
            updates.push(doc! { "q": { "_id": &id, "$or": older }, "u": { "$set": failure } });
        }
        updates
    }

    pub(super) fn id(&self) -> String {
        self.newest.job_id.to_string()
    }

    /// Returns a single update that combines [`current_update`](Self::current_update) and
    /// [`independent_updates`](Self::independent_updates), for a document whose present content is `found`; empty if it does
    /// not exist.
    pub(super) fn update_of(&self, found: &Document) -> Document {
        let is_known = |field: &str, event: &JobEvent| {
            found
                .get_i64(field)
                .is_ok_and(|version| version >= i64::from(event.version))
        };
        let mut change = doc! { "$max": self.monotonic_fields() };
        let mut set = self.creation_fields().unwrap_or_default();
        if !is_known("version", self.newest) {
            let current = self.current_fields().into_iter();
            let (absent, current): (Document, Document) =
                current.partition(|(_, value)| *value == Bson::Null);
            set.extend(current);
            if !absent.is_empty() {
                change.insert("$unset", absent);
            }
        }
        if let (Some(failure), Some(event)) = (self.failure_fields(), self.failure)
            && !is_known("failureVersion", event)
        {
            set.extend(failure);
        }
        if !set.is_empty() {
            change.insert("$set", set);
        }
        doc! { "q": { "_id": self.id() }, "u": change, "upsert": true }
    }

    /// Returns the fields that the newest event determines; null for those that it clears.
    fn current_fields(&self) -> Document {
        let event = self.newest;
        let status = event.change.status();
        let is_terminal = matches!(
            status,
            JobStatus::Completed | JobStatus::Failed | JobStatus::Cancelled
        );
        let finished = is_terminal.then_some(event.occurred_at);
        let run_at = match &event.change {
            Change::Created { run_at, .. } => *run_at,
            Change::Retrying { run_at, .. } => Some(*run_at),
            _ => None,
        };
        doc! {
            "type": event.job_type.as_str(),
            "queue": event.queue.as_str(),
            "version": i64::from(event.version),
            "status": status.as_str(),
            "updatedAt": event.occurred_at.as_micros(),
            "runAt": run_at.map(Timestamp::as_micros),
            "finishedAt": finished.map(Timestamp::as_micros),
            "finished": finished.map(date),
        }
    }

    /// Returns the fields that keep their highest value.
    fn monotonic_fields(&self) -> Document {
        let mut fields = doc! { "attempt": i64::from(self.attempt) };
        if let Some(at) = self.started_at {
            fields.insert("startedAt", at.as_micros());
        }
        fields
    }

    /// Returns the fields that only the first event determines.
    fn creation_fields(&self) -> Option<Document> {
        let (position, event) = self.first?;
        let Change::Created { priority, .. } = event.change else {
            return None;
        };
        Some(doc! {
            "seq": seq(position),
            "createdAt": event.occurred_at.as_micros(),
            "priority": priority,
            "correlationId": event.correlation_id.to_string(),
        })
    }

    /// Returns the fields that the newest failure determines.
    fn failure_fields(&self) -> Option<Document> {
        let event = self.failure?;
        let (Change::Retrying {
            reason, message, ..
        }
        | Change::Failed {
            reason, message, ..
        }) = &event.change
        else {
            return None;
        };
        let error = JobError {
            reason: *reason,
            message: message.clone(),
        };
        let error = serialize_to_bson(&error).expect("two texts are BSON");
        Some(doc! { "failureVersion": i64::from(event.version), "error": error })
    }
}
