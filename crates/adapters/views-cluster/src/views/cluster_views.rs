use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use async_trait::async_trait;
use odd_core::ports::{EventLog, LogRecord, Position, StoreError, TimeRange, ViewSnapshot, Views};
use odd_core::{Bucket, FailureGroups, ViewDigest};
use tokio::sync::Mutex;

use super::connection::RedisConnection;
use super::keys::{Generation, Keys, Pointer};
use super::state::{ALL_TIME, Read, State};
use crate::RedisConfig;

/// Attempts to read all views at one position before the digest fails.
const DIGEST_ATTEMPTS: usize = 20;

/// Views on Redis. Cheap to clone. Any number of processes may use the same views.
#[derive(Clone)]
pub struct ClusterViews {
    pub(super) connection: RedisConnection,
    pub(super) keys: Keys,
    /// The log from which lost data is restored; absent in processes that only read.
    pub(super) log: Option<Arc<dyn EventLog>>,
    /// The state after the last successful call.
    pub(super) cached: Arc<std::sync::Mutex<Option<State>>>,
    /// The highest position that this process has reported or applied. Views at a lower one have lost data.
    pub(super) known_position: Arc<AtomicU64>,
    /// Locked while the views are repaired.
    pub(super) repair_lock: Arc<Mutex<()>>,
    /// Whether another process builds the views, so that missing views are an error rather than empty.
    is_read_only: bool,
}

impl ClusterViews {
    /// Connects to the views. They are empty until the first [`apply`](Views::apply); nothing is written before.
    ///
    /// # Errors
    /// When the URL is invalid, or the server does not answer or rejects the credentials.
    pub async fn connect(config: &RedisConfig) -> Result<Self, StoreError> {
        let views = Self {
            connection: RedisConnection::new(config)?,
            keys: Keys::new(&config.prefix),
            log: None,
            cached: Arc::default(),
            known_position: Arc::default(),
            repair_lock: Arc::default(),
            is_read_only: false,
        };
        views.ping().await?;
        views.connection.warn_about_eviction().await;
        Ok(views)
    }

    /// Connects to views that another process builds. While there are none, their position is 0 and reading them fails,
    /// because missing counts are not counts of zero.
    ///
    /// # Errors
    /// Those of [`connect`](Self::connect).
    pub async fn connect_read_only(config: &RedisConfig) -> Result<Self, StoreError> {
        let views = Self::connect(config).await?;
        Ok(Self {
            is_read_only: true,
            ..views
        })
    }

    /// Connects to the views and restores them from `log` whenever data is lost.
    ///
    /// Empty views of a log with entries are rebuilt first: following the log from its start would count pruned jobs whose
    /// events are gone. Views that are ahead of the log are rebuilt too, because they followed another one.
    ///
    /// # Errors
    /// Those of [`connect`](Self::connect), and when the log cannot be read.
    pub async fn open_with_log(
        config: &RedisConfig,
        log: Arc<dyn EventLog>,
    ) -> Result<Self, StoreError> {
        let views = Self {
            log: Some(log.clone()),
            ..Self::connect(config).await?
        };
        let position = views.state().await?.map(|state| state.position);
        let head = log.head().await?;
        let is_complete = position.is_some_and(|position| {
            position <= head && (position > Position(0) || head == Position(0))
        });
        match is_complete {
            true => views.clean_up().await,
            false => drop(views.rebuild(&*log).await?),
        }
        Ok(views)
    }

    /// Checks that the server answers.
    ///
    /// # Errors
    /// When it does not answer.
    pub async fn ping(&self) -> Result<(), StoreError> {
        self.connection.call(&redis::cmd("PING")).await
    }

    pub(super) fn known_position(&self) -> Position {
        Position(self.known_position.load(Ordering::SeqCst))
    }

    /// Remembers a position that was reported or applied.
    pub(super) fn note_position(&self, position: Position) {
        self.known_position.fetch_max(position.0, Ordering::SeqCst);
    }

    /// Returns the result of a read while there are no views: empty if there never were any, an error if they were lost.
    /// A process that only reads cannot tell which, and returns an error.
    fn read_absent<T: Default>(&self) -> Result<T, StoreError> {
        if self.is_read_only {
            return Err(StoreError::Unavailable(
                "there are no views on Redis: a metrics-engine has to build them from the history"
                    .into(),
            ));
        }
        if self.log.is_none() && self.known_position() == Position(0) {
            return Ok(T::default());
        }
        Err(self.lost(None))
    }

    /// Returns what was read.
    fn content<T: Default>(&self, read: Read<T>) -> Result<T, StoreError> {
        match read {
            Read::Complete { content, .. } => Ok(content),
            Read::Absent => self.read_absent(),
            Read::Damaged(generation) => Err(self.lost(Some(generation))),
            Read::Changing => Err(changing()),
        }
    }

    /// Starts to repair lost views, and returns the error for the call that detected the loss.
    fn lost(&self, damaged: Option<Generation>) -> StoreError {
        self.repair_in_background(damaged);
        StoreError::Unavailable("the views on Redis were lost and are being rebuilt".into())
    }
}

#[async_trait]
impl Views for ClusterViews {
    async fn position(&self) -> Result<Position, StoreError> {
        match self.state().await? {
            Some(state) => {
                self.note_position(state.position);
                Ok(state.position)
            }
            // A process that only reads can start without views.
            None if self.is_read_only => Ok(Position(0)),
            None => self.read_absent(),
        }
    }

    async fn apply(&self, entries: Vec<LogRecord>) -> Result<(), StoreError> {
        self.fold_in(&entries).await
    }

    async fn snapshot(&self) -> Result<ViewSnapshot, StoreError> {
        match self.read_counts(Pointer::Current).await? {
            Some((_, snapshot)) => Ok(snapshot),
            None => self.read_absent(),
        }
    }

    async fn buckets(&self, range: TimeRange) -> Result<Vec<Bucket>, StoreError> {
        let read = self.read_buckets(range).await?;
        self.content(read)
    }

    async fn failures(&self) -> Result<FailureGroups, StoreError> {
        let read = self.read_failures().await?;
        let slices = self.content(read)?;
        Ok(FailureGroups::of(
            slices.into_iter().map(|(_, slice)| slice),
        ))
    }

    /// Starts again when entries are applied in the meantime, and fails with [`StoreError::Unavailable`] after
    /// [`DIGEST_ATTEMPTS`] such attempts.
    async fn digest(&self) -> Result<String, StoreError> {
        for _ in 0..DIGEST_ATTEMPTS {
            let Some((generation, snapshot)) = self.read_counts(Pointer::Current).await? else {
                self.read_absent::<()>()?;
                return Ok(ViewDigest::new(&ViewSnapshot::default()).finish());
            };
            let before = State {
                generation,
                position: snapshot.position,
            };
            let read = (
                self.read_buckets(ALL_TIME).await?,
                self.read_failures().await?,
            );
            match read {
                (
                    Read::Complete {
                        content: buckets,
                        state: Some(buckets_at),
                    },
                    Read::Complete {
                        content: slices,
                        state: Some(slices_at),
                    },
                ) if buckets_at == before && slices_at == before => {
                    let mut digest = ViewDigest::new(&snapshot);
                    buckets.iter().for_each(|bucket| digest.add(bucket));
                    for (start, slice) in &slices {
                        digest.add_failures(*start, slice);
                    }
                    return Ok(digest.finish());
                }
                (Read::Damaged(generation), _) | (_, Read::Damaged(generation)) => {
                    return Err(self.lost(Some(generation)));
                }
                _ => {}
            }
        }
        Err(changing())
    }
}

fn changing() -> StoreError {
    StoreError::Unavailable("the views on Redis keep changing".into())
}
