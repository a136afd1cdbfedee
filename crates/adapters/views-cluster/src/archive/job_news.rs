use std::collections::BTreeMap;

use mongodb::bson::{Bson, Document, doc, serialize_to_bson};
use odd_contracts::{JobError, JobId, JobStatus, Timestamp};
use odd_core::ports::{LogEntry, LogRecord, Position};
use odd_core::{Change, JobEvent};

use super::event_document::{date, seq};

/// What some events tell of one job. Each part has a rule by which any order of telling comes to the same: the
/// newest version decides, the first event is but one, attempts only grow.
pub(super) struct JobNews<'e> {
    newest: &'e JobEvent,
    first: Option<(Position, &'e JobEvent)>,
    failure: Option<&'e JobEvent>,
    attempt: u32,
    started_at: Option<Timestamp>,
}

/// What `entries` tell, by job.
pub(super) fn gather(entries: &[LogRecord]) -> BTreeMap<JobId, JobNews<'_>> {
    let mut news: BTreeMap<JobId, JobNews<'_>> = BTreeMap::new();
    for recorded in entries {
        let LogEntry::Event(event) = &recorded.entry else {
            continue;
        };
        news.entry(event.job_id)
            .or_insert_with(|| JobNews::nothing_but(event))
            .hear(recorded.position, event);
    }
    news
}

impl<'e> JobNews<'e> {
    fn nothing_but(event: &'e JobEvent) -> Self {
        Self {
            newest: event,
            first: None,
            failure: None,
            attempt: 0,
            started_at: None,
        }
    }

    fn hear(&mut self, position: Position, event: &'e JobEvent) {
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

    /// The job as far as it is told, when its first event is among what was told.
    pub(super) fn document(&self) -> Option<Document> {
        let mut document = doc! { "_id": self.id() };
        document.extend(self.origin()?);
        document.extend(
            self.standing()
                .into_iter()
                .filter(|(_, value)| *value != Bson::Null),
        );
        document.extend(self.growing());
        document.extend(self.last_failure().unwrap_or_default());
        Some(document)
    }

    /// Moves a job's standing forward. With `upsert`, a job that is not there is made; one that is further meets
    /// its own key.
    pub(super) fn forward(&self, upsert: bool) -> Document {
        let standing = self.standing();
        let (absent, set): (Document, Document) = standing
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

    /// Adds to a job that is there what does not depend on how far it is.
    pub(super) fn additions(&self) -> Vec<Document> {
        let id = self.id();
        let mut change = doc! { "$max": self.growing() };
        if let Some(origin) = self.origin() {
            change.insert("$set", origin);
        }
        let mut additions = vec![doc! { "q": { "_id": &id }, "u": change }];
        if let (Some(failure), Some(event)) = (self.last_failure(), self.failure) {
            let older = [
                doc! { "failureVersion": { "$exists": false } },
                doc! { "failureVersion": { "$lt": i64::from(event.version) } },
            ];
            let older = older.to_vec();
            additions.push(doc! { "q": { "_id": &id, "$or": older }, "u": { "$set": failure } });
        }
        additions
    }

    pub(super) fn id(&self) -> String {
        self.newest.job_id.to_string()
    }

    /// The same as [`forward`](Self::forward) and [`additions`](Self::additions), for a job that is known to stand as
    /// `found` says; empty when it is not there.
    pub(super) fn change_of(&self, found: &Document) -> Document {
        let is_known = |field: &str, event: &JobEvent| {
            found
                .get_i64(field)
                .is_ok_and(|version| version >= i64::from(event.version))
        };
        let mut change = doc! { "$max": self.growing() };
        let mut set = self.origin().unwrap_or_default();
        if !is_known("version", self.newest) {
            let standing = self.standing().into_iter();
            let (absent, standing): (Document, Document) =
                standing.partition(|(_, value)| *value == Bson::Null);
            set.extend(standing);
            if !absent.is_empty() {
                change.insert("$unset", absent);
            }
        }
        if let (Some(failure), Some(event)) = (self.last_failure(), self.failure)
            && !is_known("failureVersion", event)
        {
            set.extend(failure);
        }
        if !set.is_empty() {
            change.insert("$set", set);
        }
        doc! { "q": { "_id": self.id() }, "u": change, "upsert": true }
    }

    /// What the newest event decides; null for what it ends.
    fn standing(&self) -> Document {
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

    fn growing(&self) -> Document {
        let mut growing = doc! { "attempt": i64::from(self.attempt) };
        if let Some(at) = self.started_at {
            growing.insert("startedAt", at.as_micros());
        }
        growing
    }

    fn origin(&self) -> Option<Document> {
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

    fn last_failure(&self) -> Option<Document> {
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
