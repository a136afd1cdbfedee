use odd_contracts::{EventEnvelope, EventList, EventType, JobId, Timestamp};

use crate::{Client, ClientError};

/// Selects the events of a list or a stream.
#[derive(Debug, Clone, Copy, Default)]
pub struct EventFilter {
    /// Only events of this job.
    pub job_id: Option<JobId>,
    /// Only events of this type.
    pub event_type: Option<EventType>,
}

/// Selects a page of events.
#[derive(Debug, Clone, Default)]
pub struct EventsQuery {
    /// The events.
    pub filter: EventFilter,
    /// Only events at this time or later.
    pub since: Option<Timestamp>,
    /// The end of the previous page.
    pub cursor: Option<String>,
    /// Largest number of events.
    pub limit: usize,
}

impl Client {
    /// Returns a page of events, newest first.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn events(&self, events: &EventsQuery) -> Result<EventList, ClientError> {
        let mut query = events.filter.parameters();
        query.push(("limit", events.limit.to_string()));
        query.extend(events.since.map(|since| ("since", since.to_string())));
        query.extend(events.cursor.clone().map(|cursor| ("cursor", cursor)));
        self.query(&["events"], &query).await
    }

    /// Returns all events of one job in version order.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn job_events(&self, id: JobId) -> Result<Vec<EventEnvelope>, ClientError> {
        let path = ["jobs", &id.to_string(), "events"];
        let mut events = Vec::new();
        let mut query = Vec::new();
        loop {
            let page: EventList = self.query(&path, &query).await?;
            events.extend(page.events);
            match page.next_cursor {
                Some(cursor) => query = vec![("cursor", cursor)],
                None => return Ok(events),
            }
        }
    }
}

impl EventFilter {
    pub(crate) fn parameters(&self) -> Vec<(&'static str, String)> {
        let job = self.job_id.map(|id| ("jobId", id.to_string()));
        let event_type = self.event_type.map(|kind| ("type", kind.to_string()));
        job.into_iter().chain(event_type).collect()
    }
}
