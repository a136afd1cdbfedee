use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use async_trait::async_trait;
use mongodb::bson::doc;
use odd_core::ports::{
    Archive, ArchivedJobPage, EventQuery, JobQuery, Position, Recorded, StoreError,
};

use super::server::Server;
use super::{STATE, event_document, indexes};
use crate::MongoConfig;

/// The archive on MongoDB. Cheap to clone; any number of processes may use the same one at once, but each follower
/// needs a connection of its own.
#[derive(Clone)]
pub struct ClusterArchive {
    pub(super) server: Server,
    /// The furthest position that its follower was told of. An archive that stands before it has lost something.
    known: Arc<AtomicU64>,
}

impl ClusterArchive {
    /// The archive at a server, with the indexes it needs.
    ///
    /// # Errors
    /// When the URL is none, or the server does not answer or refuses the credentials.
    pub async fn connect(config: &MongoConfig) -> Result<Self, StoreError> {
        let server = Server::new(config).await?;
        indexes::make(&server, config.keep).await?;
        Ok(Self {
            server,
            known: Arc::default(),
        })
    }

    async fn stored_position(&self) -> Result<Position, StoreError> {
        let collection = self.server.collection(STATE);
        let find = collection.find_one(doc! { "_id": "position" });
        match self.server.within(find).await? {
            Some(document) => event_document::position(&document),
            None => Ok(Position(0)),
        }
    }
}

#[async_trait]
impl Archive for ClusterArchive {
    async fn position(&self) -> Result<Position, StoreError> {
        let position = self.stored_position().await?;
        self.known.fetch_max(position.0, Ordering::SeqCst);
        Ok(position)
    }

    async fn apply(&self, entries: Vec<Recorded>) -> Result<(), StoreError> {
        let Some(newest) = entries.iter().map(|entry| entry.position).max() else {
            return Ok(());
        };
        // Asked before the server is: others may move both meanwhile.
        let known = self.known.load(Ordering::SeqCst);
        let stored = self.stored_position().await?;
        if stored.0 < known {
            // The follower starts again from the position; what it hands in then has no gap.
            self.known.store(stored.0, Ordering::SeqCst);
            return Err(StoreError::Unavailable(format!(
                "the archive on MongoDB went back to {}: follow it from there",
                stored.0
            )));
        }
        self.keep(&entries).await?;
        self.known.fetch_max(newest.0, Ordering::SeqCst);
        Ok(())
    }

    async fn events(
        &self,
        query: EventQuery,
    ) -> Result<(Vec<Recorded>, Option<Position>), StoreError> {
        self.event_page(&query).await
    }

    async fn jobs(&self, query: JobQuery) -> Result<ArchivedJobPage, StoreError> {
        self.job_page(&query).await
    }

    async fn digest(&self) -> Result<String, StoreError> {
        self.hash_all().await
    }

    async fn ping(&self) -> Result<(), StoreError> {
        self.server.command(doc! { "ping": 1 }).await.map(drop)
    }
}
