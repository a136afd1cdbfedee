use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use mongodb::bson::doc;
use odd_core::ports::{
    Archive, ArchivedJobPage, EventQuery, JobQuery, Position, Recorded, StoreError,
};
use tokio::sync::OnceCell;

use super::server::Server;
use super::{STATE, event_document, indexes};
use crate::MongoConfig;

/// How long the archive may take to say that it is there; whoever asks is asked in turn.
const PING: Duration = Duration::from_secs(2);

/// The archive on MongoDB. Cheap to clone; any number of processes may use the same one at once, but each follower
/// needs a connection of its own.
#[derive(Clone)]
pub struct ClusterArchive {
    pub(super) server: Server,
    /// The furthest position that its follower was told of. An archive that stands before it has lost something.
    known: Arc<AtomicU64>,
    keep: Option<Duration>,
    /// Whether the indexes are there.
    prepared: Arc<OnceCell<()>>,
}

impl ClusterArchive {
    /// The archive at a server, with the indexes it needs.
    ///
    /// # Errors
    /// When the URL is none, or the server does not answer or refuses the credentials.
    pub async fn connect(config: &MongoConfig) -> Result<Self, StoreError> {
        let archive = Self::open(config).await?;
        archive.prepare().await?;
        Ok(archive)
    }

    /// The archive at a server that need not answer yet: the indexes are made when it does.
    ///
    /// # Errors
    /// When the URL is none.
    pub async fn open(config: &MongoConfig) -> Result<Self, StoreError> {
        Ok(Self {
            server: Server::new(config).await?,
            known: Arc::default(),
            keep: config.keep,
            prepared: Arc::default(),
        })
    }

    async fn prepare(&self) -> Result<(), StoreError> {
        let make = || indexes::make(&self.server, self.keep);
        self.prepared.get_or_try_init(make).await?;
        Ok(())
    }

    /// Up to where everything is kept. An archive without that has lost all it had, if it had anything: the indexes are
    /// made again.
    async fn stored_position(&self) -> Result<Position, StoreError> {
        self.prepare().await?;
        let collection = self.server.collection(STATE);
        let find = collection.find_one(doc! { "_id": "position" });
        match self.server.within(find).await? {
            Some(document) => event_document::position(&document),
            None => {
                indexes::make(&self.server, self.keep).await?;
                Ok(Position(0))
            }
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
        self.keep(&entries, stored).await?;
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
        let ping = self.server.command(doc! { "ping": 1 });
        match tokio::time::timeout(PING, ping).await {
            Ok(answer) => answer.map(drop),
            Err(_) => Err(StoreError::Unavailable(format!(
                "the archive on MongoDB: no answer within {PING:?}"
            ))),
        }
    }
}
