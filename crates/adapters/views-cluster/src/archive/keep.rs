use mongodb::bson::doc;
use odd_core::ports::{LogEntry, LogRecord, Position, StoreError};

use super::cluster_archive::Standing;
use super::event_document::{seq, to_document};
use super::job_news::{JobNews, gather};
use super::{ClusterArchive, EVENTS, JOBS, STATE};

/// Entries written at once.
const STEP: usize = 1_000;

impl ClusterArchive {
    /// Writes events, then what they tell of jobs, then the position, which is `newest`: whoever breaks off in between is
    /// told of the same entries again. Nothing is noted when the archive, which stood at `from`, lost what it had meanwhile.
    pub(super) async fn keep(
        &self,
        entries: &[LogRecord],
        newest: Position,
        from: &Standing,
    ) -> Result<(), StoreError> {
        for step in entries.chunks(STEP) {
            self.keep_events(step).await?;
            self.keep_jobs(step).await?;
        }
        self.advance(from, newest).await
    }

    async fn keep_events(&self, entries: &[LogRecord]) -> Result<(), StoreError> {
        let events = entries.iter().filter_map(|recorded| match &recorded.entry {
            LogEntry::Event(event) => Some(to_document(recorded.position, event)),
            LogEntry::Pruned { .. } => None,
        });
        let events = events.collect::<Result<Vec<_>, _>>()?;
        let write = self.server.write("insert", EVENTS, "documents", events);
        // A key that is there already: an event that is there already.
        write.await.map(drop)
    }

    /// New jobs are inserted whole. Those that are there, and those whose first event was told elsewhere, are
    /// changed part by part.
    async fn keep_jobs(&self, entries: &[LogRecord]) -> Result<(), StoreError> {
        let news = gather(entries);
        let (mut new, mut rest): (Vec<&JobNews<'_>>, Vec<&JobNews<'_>>) = Default::default();
        let mut documents = Vec::new();
        for job in news.values() {
            match job.document() {
                Some(document) => {
                    new.push(job);
                    documents.push(document);
                }
                None => rest.push(job),
            }
        }
        let known = self
            .server
            .write("insert", JOBS, "documents", documents)
            .await?;
        rest.extend(known.into_iter().filter_map(|index| new.get(index)));
        match self.server.is_ferretdb().await? {
            true => self.compare_and_change(&rest).await,
            false => self.change(&rest).await,
        }
    }

    /// Leaves it to the server what is newer.
    async fn change(&self, rest: &[&JobNews<'_>]) -> Result<(), StoreError> {
        let forward = rest.iter().map(|job| job.forward(true)).collect();
        let met = self
            .server
            .write("update", JOBS, "updates", forward)
            .await?;
        // The job is there: it is further, or another writer made it just now and may be behind.
        let met = met.into_iter().filter_map(|index| rest.get(index));
        let forward = met.map(|job| job.forward(false)).collect();
        self.server
            .write("update", JOBS, "updates", forward)
            .await?;
        let additions = rest.iter().flat_map(|job| job.additions()).collect();
        let write = self.server.write("update", JOBS, "updates", additions);
        write.await.map(drop)
    }

    /// The same for a server that looks at every document unless it is asked by id and nothing else, and would do so for
    /// each job. Its updates are no more atomic than this.
    async fn compare_and_change(&self, rest: &[&JobNews<'_>]) -> Result<(), StoreError> {
        let jobs = self.server.collection(JOBS);
        let mut changes = Vec::new();
        for job in rest {
            let find = jobs.find_one(doc! { "_id": job.id() });
            let found = self.server.within(find).await?;
            changes.push(job.change_of(&found.unwrap_or_default()));
        }
        let write = self.server.write("update", JOBS, "updates", changes);
        write.await.map(drop)
    }

    /// Notes that everything up to `newest` is kept, if the archive is still the same and stands at `from` or beyond.
    async fn advance(&self, from: &Standing, newest: Position) -> Result<(), StoreError> {
        let stands =
            doc! { "_id": "position", "life": &from.life, "seq": { "$gte": seq(from.position) } };
        let change = doc! { "$max": { "seq": seq(newest) } };
        let update = doc! { "q": stands, "u": change };
        if self.server.update(STATE, update).await? {
            return Ok(());
        }
        Err(StoreError::Unavailable(
            format!(
                "the archive on MongoDB lost what it had, up to {}",
                from.position.0
            )
            .into(),
        ))
    }
}
