use mongodb::bson::doc;
use odd_core::ports::{LogEntry, LogRecord, Position, StoreError};

use super::cluster_archive::ArchiveState;
use super::event_document::{seq, to_document};
use super::job_projection::{JobProjection, project_jobs};
use super::{ClusterArchive, EVENTS, JOBS, STATE};

/// Most entries written at once.
const BATCH: usize = 1_000;

impl ClusterArchive {
    /// Writes events, then the jobs, then the position `newest`. After an interruption the same entries are applied again.
    /// The position is not written if the archive, whose state was `from`, has lost data in the meantime.
    pub(super) async fn write_entries(
        &self,
        entries: &[LogRecord],
        newest: Position,
        from: &ArchiveState,
    ) -> Result<(), StoreError> {
        for batch in entries.chunks(BATCH) {
            self.insert_events(batch).await?;
            self.write_jobs(batch).await?;
        }
        self.advance_position(from, newest).await
    }

    async fn insert_events(&self, entries: &[LogRecord]) -> Result<(), StoreError> {
        let events = entries.iter().filter_map(|record| match &record.entry {
            LogEntry::Event(event) => Some(to_document(record.position, event)),
            LogEntry::Pruned { .. } => None,
        });
        let events = events.collect::<Result<Vec<_>, _>>()?;
        let write = self.connection.write("insert", EVENTS, "documents", events);
        // A duplicate key is an event that is archived already.
        write.await.map(drop)
    }

    /// Inserts new jobs. Updates jobs that exist, and jobs whose first event is not among `entries`.
    async fn write_jobs(&self, entries: &[LogRecord]) -> Result<(), StoreError> {
        let projections = project_jobs(entries);
        let mut new: Vec<&JobProjection<'_>> = Vec::new();
        let mut rest: Vec<&JobProjection<'_>> = Vec::new();
        let mut documents = Vec::new();
        for job in projections.values() {
            match job.document() {
                Some(document) => {
                    new.push(job);
                    documents.push(document);
                }
                None => rest.push(job),
            }
        }
        let existing = self
            .connection
            .write("insert", JOBS, "documents", documents)
            .await?;
        rest.extend(existing.into_iter().filter_map(|index| new.get(index)));
        match self.connection.is_ferretdb().await? {
            true => self.read_and_update(&rest).await,
            false => self.update_jobs(&rest).await,
        }
    }

    /// Updates jobs with statements in which the server compares versions.
    async fn update_jobs(&self, rest: &[&JobProjection<'_>]) -> Result<(), StoreError> {
        let upserts = rest.iter().map(|job| job.current_update(true)).collect();
        let existing = self
            .connection
            .write("update", JOBS, "updates", upserts)
            .await?;
        // The job has a higher version, or another writer created it just now, perhaps with a lower one.
        let existing = existing.into_iter().filter_map(|index| rest.get(index));
        let updates = existing.map(|job| job.current_update(false)).collect();
        self.connection
            .write("update", JOBS, "updates", updates)
            .await?;
        let updates = rest
            .iter()
            .flat_map(|job| job.independent_updates())
            .collect();
        let write = self.connection.write("update", JOBS, "updates", updates);
        write.await.map(drop)
    }

    /// Updates jobs on FerretDB, which scans the collection for each statement that filters by more than the id. Its
    /// updates are not more atomic than reading and writing.
    async fn read_and_update(&self, rest: &[&JobProjection<'_>]) -> Result<(), StoreError> {
        let jobs = self.connection.collection(JOBS);
        let mut updates = Vec::new();
        for job in rest {
            let find = jobs.find_one(doc! { "_id": job.id() });
            let found = self.connection.with_timeout(find).await?;
            updates.push(job.update_of(&found.unwrap_or_default()));
        }
        let write = self.connection.write("update", JOBS, "updates", updates);
        write.await.map(drop)
    }

    /// Sets the position to `newest`, if the archive still has the id and at least the position of `from`.
    async fn advance_position(
        &self,
        from: &ArchiveState,
        newest: Position,
    ) -> Result<(), StoreError> {
        let unchanged =
            doc! { "_id": "position", "life": &from.id, "seq": { "$gte": seq(from.position) } };
        let change = doc! { "$max": { "seq": seq(newest) } };
        let update = doc! { "q": unchanged, "u": change };
        if self.connection.update(STATE, update).await? {
            return Ok(());
        }
        Err(StoreError::Unavailable(
            format!(
                "the archive on MongoDB lost its data up to position {}",
                from.position.0
            )
            .into(),
        ))
    }
}
