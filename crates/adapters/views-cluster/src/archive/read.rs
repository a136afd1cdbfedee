use mongodb::Cursor;
use mongodb::bson::{Document, doc};
use odd_core::ports::{
    ArchivedJobPage, EventQuery, JobQuery, LogRecord, Position, SortOrder, StoreError,
};

use super::event_document::{self, position, seq};
use super::job_filter::job_filter;
use super::{ClusterArchive, EVENTS, JOBS, job_document};

impl ClusterArchive {
    pub(super) async fn event_page(
        &self,
        query: &EventQuery,
    ) -> Result<(Vec<LogRecord>, Option<Position>), StoreError> {
        let mut filter = doc! { "seq": { "$lt": query.before.map_or(i64::MAX, seq) } };
        if let Some(job) = query.job_id {
            filter.insert("job", job.to_string());
        }
        if let Some(kind) = query.event_type {
            filter.insert("type", kind.as_str());
        }
        if let Some(since) = query.since {
            filter.insert("at", doc! { "$gte": since.as_micros() });
        }
        let (found, has_more) = self.page(EVENTS, filter, -1, query.limit).await?;
        let events = found.into_iter().map(event_document::from_document);
        let events = events.collect::<Result<Vec<_>, _>>()?;
        let last = events.last().map(|event| event.position);
        Ok((events, last.filter(|_| has_more)))
    }

    pub(super) async fn job_page(&self, query: &JobQuery) -> Result<ArchivedJobPage, StoreError> {
        let Some(filter) = job_filter(query) else {
            return Ok(ArchivedJobPage::default());
        };
        let direction = match query.order {
            SortOrder::Newest => -1,
            SortOrder::Oldest => 1,
        };
        let (found, has_more) = self.page(JOBS, filter, direction, query.limit).await?;
        let last = found.last().map(position).transpose()?;
        let jobs = found.into_iter().map(job_document::from_document);
        Ok(ArchivedJobPage {
            jobs: jobs.collect::<Result<_, _>>()?,
            next: last.filter(|_| has_more).map(|last| last.0),
        })
    }

    /// Returns up to `limit` documents in the order of their positions, and whether there are more.
    async fn page(
        &self,
        collection: &str,
        filter: Document,
        direction: i32,
        limit: usize,
    ) -> Result<(Vec<Document>, bool), StoreError> {
        let one_more = i64::try_from(limit).unwrap_or(i64::MAX).saturating_add(1);
        let collection = self.connection.collection(collection);
        let find = collection
            .find(filter)
            .sort(doc! { "seq": direction })
            .limit(one_more);
        let mut cursor = self.connection.with_timeout(find).await?;
        let mut found = Vec::new();
        while let Some(document) = self.next(&mut cursor).await? {
            found.push(document);
        }
        let has_more = found.len() > limit;
        found.truncate(limit);
        Ok((found, has_more))
    }

    /// Returns the next document of a cursor.
    pub(super) async fn next(
        &self,
        cursor: &mut Cursor<Document>,
    ) -> Result<Option<Document>, StoreError> {
        if !self.connection.with_timeout(cursor.advance()).await? {
            return Ok(None);
        }
        let document = cursor.deserialize_current();
        document.map(Some).map_err(super::error::damaged)
    }
}
