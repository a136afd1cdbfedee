use mongodb::bson::{Document, doc};
use odd_core::ports::{LogEntry, StoreError};
use sha2::{Digest, Sha256};

use super::error::damaged;
use super::{ClusterArchive, EVENTS, JOBS, event_document, job_document};

impl ClusterArchive {
    /// Hashes every event, then every job that its first event has told of, by their ids.
    pub(super) async fn hash_all(&self) -> Result<String, StoreError> {
        let mut hash = Sha256::new();
        let every = doc! {};
        self.each(EVENTS, every, |document| {
            let recorded = event_document::from_document(document)?;
            let LogEntry::Event(event) = &recorded.entry else {
                return Err(damaged("an entry that is no event"));
            };
            let line = serde_json::to_string(&(recorded.position.0, event.to_envelope()));
            hash.update(line.map_err(damaged)?);
            Ok(())
        })
        .await?;
        let told = doc! { "seq": { "$exists": true } };
        self.each(JOBS, told, |document| {
            let job = job_document::from_document(document)?;
            hash.update(serde_json::to_string(&job).map_err(damaged)?);
            Ok(())
        })
        .await?;
        let digest = hash.finalize();
        Ok(digest.iter().map(|byte| format!("{byte:02x}")).collect())
    }

    async fn each(
        &self,
        collection: &str,
        filter: Document,
        mut work: impl FnMut(Document) -> Result<(), StoreError> + Send,
    ) -> Result<(), StoreError> {
        let collection = self.server.collection(collection);
        let find = collection.find(filter).sort(doc! { "_id": 1 });
        let mut cursor = self.server.within(find).await?;
        while let Some(document) = self.next(&mut cursor).await? {
            work(document)?;
        }
        Ok(())
    }
}
