use mongodb::bson::{Document, doc};
use odd_core::ports::{LogEntry, StoreError};
use sha2::{Digest, Sha256};

use super::error::damaged;
use super::{ClusterArchive, EVENTS, JOBS, event_document, job_document};

impl ClusterArchive {
    /// Hashes all events, and then all jobs whose first event is archived, both in the order of their ids.
    pub(super) async fn compute_digest(&self) -> Result<String, StoreError> {
        let mut hash = Sha256::new();
        self.for_each(EVENTS, doc! {}, |document| {
            let record = event_document::from_document(document)?;
            let LogEntry::Event(event) = &record.entry else {
                return Err(damaged("an entry is not an event"));
            };
            let line = serde_json::to_string(&(record.position.0, event.to_envelope()));
            hash.update(line.map_err(damaged)?);
            Ok(())
        })
        .await?;
        let with_first_event = doc! { "seq": { "$exists": true } };
        self.for_each(JOBS, with_first_event, |document| {
            let job = job_document::from_document(document)?;
            hash.update(serde_json::to_string(&job).map_err(damaged)?);
            Ok(())
        })
        .await?;
        let digest = hash.finalize();
        Ok(digest.iter().map(|byte| format!("{byte:02x}")).collect())
    }

    async fn for_each(
        &self,
        collection: &str,
        filter: Document,
        mut process: impl FnMut(Document) -> Result<(), StoreError> + Send,
    ) -> Result<(), StoreError> {
        let collection = self.connection.collection(collection);
        let find = collection.find(filter).sort(doc! { "_id": 1 });
        let mut cursor = self.connection.with_timeout(find).await?;
        while let Some(document) = self.next(&mut cursor).await? {
            process(document)?;
        }
        Ok(())
    }
}
