use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use async_trait::async_trait;
use mongodb::bson::doc;
use odd_core::ports::{
    Archive, ArchivedJobPage, EventQuery, JobQuery, LogRecord, Position, StoreError,
};
use uuid::Uuid;

use super::error::damaged;
use super::server::Server;
use super::{STATE, event_document, indexes};
use crate::MongoConfig;

/// How long the archive may take to say that it is there; whoever asks is asked in turn.
const PING: Duration = Duration::from_secs(2);

/// Looks at an archive that changes under them.
const TRIES: usize = 8;

/// The archive on MongoDB. Cheap to clone; any number of processes may use the same one at once, but each follower
/// needs a connection of its own.
#[derive(Clone)]
pub struct ClusterArchive {
    pub(super) server: Server,
    /// Where its follower knows it to stand. One that stands before that, or is another one, has lost something.
    known: Arc<Mutex<Option<Standing>>>,
    keep: Option<Duration>,
    /// The archive whose indexes this process has made.
    indexed: Arc<Mutex<Option<String>>>,
}

/// Where an archive stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Standing {
    /// Which one it is: one that was lost and made anew is another.
    pub(super) life: String,
    /// Everything up to here is kept.
    pub(super) position: Position,
}

impl ClusterArchive {
    /// The archive at a server, with the indexes it needs.
    ///
    /// # Errors
    /// When the URL is none, or the server does not answer or refuses the credentials.
    pub async fn connect(config: &MongoConfig) -> Result<Self, StoreError> {
        let archive = Self::open(config).await?;
        archive.standing().await?;
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
            indexed: Arc::default(),
        })
    }

    /// Where the archive stands. One that nothing is known of is new, or has lost all it had.
    async fn standing(&self) -> Result<Standing, StoreError> {
        for _ in 0..TRIES {
            let Some(standing) = self.look().await? else {
                let new =
                    doc! { "_id": "position", "life": Uuid::new_v4().to_string(), "seq": 0_i64 };
                // Another writer may be first.
                let write = self.server.write("insert", STATE, "documents", vec![new]);
                write.await?;
                continue;
            };
            if *self.indexed() == Some(standing.life.clone()) {
                return Ok(standing);
            }
            indexes::make(&self.server, self.keep).await?;
            // Those of one that was lost meanwhile are gone with it.
            if self
                .look()
                .await?
                .is_some_and(|now| now.life == standing.life)
            {
                *self.indexed() = Some(standing.life);
            }
        }
        Err(StoreError::Unavailable(
            "the archive on MongoDB is lost again and again".into(),
        ))
    }

    async fn look(&self) -> Result<Option<Standing>, StoreError> {
        let collection = self.server.collection(STATE);
        let find = collection.find_one(doc! { "_id": "position" });
        let found = self.server.within(find).await?;
        let standing = found.map(|found| {
            Ok(Standing {
                life: found.get_str("life").map_err(damaged)?.to_owned(),
                position: event_document::position(&found)?,
            })
        });
        standing.transpose()
    }

    fn indexed(&self) -> MutexGuard<'_, Option<String>> {
        self.indexed.lock().expect("no panic while it is held")
    }

    fn known(&self) -> MutexGuard<'_, Option<Standing>> {
        self.known.lock().expect("no panic while it is held")
    }
}

#[async_trait]
impl Archive for ClusterArchive {
    async fn position(&self) -> Result<Position, StoreError> {
        Ok(self.standing().await?.position)
    }

    async fn begin(&self) -> Result<Position, StoreError> {
        let standing = self.standing().await?;
        let position = standing.position;
        *self.known() = Some(standing);
        Ok(position)
    }

    async fn apply(&self, entries: Vec<LogRecord>) -> Result<(), StoreError> {
        let Some(newest) = entries.iter().map(|entry| entry.position).max() else {
            return Ok(());
        };
        let mut standing = self.standing().await?;
        let known = self.known().clone();
        let has_lost = known
            .is_some_and(|known| standing.life != known.life || standing.position < known.position);
        if has_lost {
            // The follower starts again from the position; what it hands in then has no gap.
            let position = standing.position.0;
            *self.known() = Some(standing);
            return Err(StoreError::Unavailable(
                format!("the archive on MongoDB went back to {position}: follow it from there")
                    .into(),
            ));
        }
        self.keep(&entries, newest, &standing).await?;
        standing.position = standing.position.max(newest);
        *self.known() = Some(standing);
        Ok(())
    }

    async fn events(
        &self,
        query: EventQuery,
    ) -> Result<(Vec<LogRecord>, Option<Position>), StoreError> {
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
            Err(_) => Err(StoreError::Unavailable(
                format!("the archive on MongoDB: no answer within {PING:?}").into(),
            )),
        }
    }
}
