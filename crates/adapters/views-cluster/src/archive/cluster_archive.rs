use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use async_trait::async_trait;
use mongodb::bson::doc;
use odd_core::ports::{
    Archive, ArchivedJobPage, EventQuery, JobQuery, LogRecord, Position, StoreError,
};
use uuid::Uuid;

use super::connection::MongoConnection;
use super::error::damaged;
use super::{STATE, event_document, indexes};
use crate::MongoConfig;
use crate::backend::no_answer;

/// Timeout of a ping: short, because a health check with a deadline of its own waits for it.
const PING_TIMEOUT: Duration = Duration::from_secs(2);

/// Attempts to read the state of an archive that is dropped at the same time.
const STATE_ATTEMPTS: usize = 8;

/// The archive on MongoDB. Cheap to clone. Any number of processes may use the same archive, but each follower of the log
/// needs an instance of its own, which remembers how far that follower got.
#[derive(Clone)]
pub struct ClusterArchive {
    pub(super) connection: MongoConnection,
    /// The state after the last write. An archive with an earlier position, or another id, has lost data.
    last_known: Arc<Mutex<Option<ArchiveState>>>,
    retention: Option<Duration>,
    /// Id of the archive whose indexes this process has created.
    indexed: Arc<Mutex<Option<String>>>,
}

/// The identity and position of an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ArchiveState {
    /// Random id. An archive that was lost and created again has another one.
    pub(super) id: String,
    /// Everything up to here is archived.
    pub(super) position: Position,
}

impl ClusterArchive {
    /// Connects to the archive and creates its indexes.
    ///
    /// # Errors
    /// When the URL is invalid, or the server does not answer or rejects the credentials.
    pub async fn connect(config: &MongoConfig) -> Result<Self, StoreError> {
        let archive = Self::open(config).await?;
        archive.state().await?;
        Ok(archive)
    }

    /// Opens the archive without connecting. The first call connects and creates the indexes.
    ///
    /// # Errors
    /// When the URL is invalid.
    pub async fn open(config: &MongoConfig) -> Result<Self, StoreError> {
        Ok(Self {
            connection: MongoConnection::new(config).await?,
            last_known: Arc::default(),
            retention: config.retention,
            indexed: Arc::default(),
        })
    }

    /// Returns the state of the archive. Creates the state and the indexes if the archive is new or was lost.
    async fn state(&self) -> Result<ArchiveState, StoreError> {
        for _ in 0..STATE_ATTEMPTS {
            let Some(state) = self.read_state().await? else {
                let new =
                    doc! { "_id": "position", "life": Uuid::new_v4().to_string(), "seq": 0_i64 };
                // Has no effect if another writer is first.
                let write = self
                    .connection
                    .write("insert", STATE, "documents", vec![new]);
                write.await?;
                continue;
            };
            if *self.indexed() == Some(state.id.clone()) {
                return Ok(state);
            }
            indexes::create(&self.connection, self.retention).await?;
            // If the archive was dropped in the meantime, so were its indexes.
            let current = self.read_state().await?;
            if current.is_some_and(|current| current.id == state.id) {
                *self.indexed() = Some(state.id);
            }
        }
        Err(StoreError::Unavailable(
            "the archive on MongoDB keeps being dropped".into(),
        ))
    }

    async fn read_state(&self) -> Result<Option<ArchiveState>, StoreError> {
        let collection = self.connection.collection(STATE);
        let find = collection.find_one(doc! { "_id": "position" });
        let found = self.connection.with_timeout(find).await?;
        let state = found.map(|found| {
            Ok(ArchiveState {
                id: found.get_str("life").map_err(damaged)?.to_owned(),
                position: event_document::position(&found)?,
            })
        });
        state.transpose()
    }

    fn indexed(&self) -> MutexGuard<'_, Option<String>> {
        self.indexed.lock().expect("no panic while it is held")
    }

    fn last_known(&self) -> MutexGuard<'_, Option<ArchiveState>> {
        self.last_known.lock().expect("no panic while it is held")
    }
}

#[async_trait]
impl Archive for ClusterArchive {
    async fn position(&self) -> Result<Position, StoreError> {
        Ok(self.state().await?.position)
    }

    async fn begin(&self) -> Result<Position, StoreError> {
        let state = self.state().await?;
        let position = state.position;
        *self.last_known() = Some(state);
        Ok(position)
    }

    async fn apply(&self, entries: Vec<LogRecord>) -> Result<(), StoreError> {
        let Some(newest) = entries.iter().map(|entry| entry.position).max() else {
            return Ok(());
        };
        let mut state = self.state().await?;
        let last_known = self.last_known().clone();
        let has_lost_data =
            last_known.is_some_and(|known| state.id != known.id || state.position < known.position);
        if has_lost_data {
            // The follower continues from this position, so that no entry is left out.
            let position = state.position.0;
            *self.last_known() = Some(state);
            return Err(StoreError::Unavailable(
                format!("the archive on MongoDB lost data and is at position {position} again")
                    .into(),
            ));
        }
        self.write_entries(&entries, newest, &state).await?;
        state.position = state.position.max(newest);
        *self.last_known() = Some(state);
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
        self.compute_digest().await
    }

    async fn ping(&self) -> Result<(), StoreError> {
        let ping = self.connection.command(doc! { "ping": 1 });
        match tokio::time::timeout(PING_TIMEOUT, ping).await {
            Ok(answer) => answer.map(drop),
            Err(_) => Err(no_answer("the archive on MongoDB", PING_TIMEOUT)),
        }
    }
}
