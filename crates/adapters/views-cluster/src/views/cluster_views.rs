use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use async_trait::async_trait;
use odd_core::ports::{EventLog, LogRecord, Position, StoreError, TimeRange, ViewSnapshot, Views};
use odd_core::{Bucket, ViewDigest};
use tokio::sync::Mutex;

use super::apply::State;
use super::keys::{Generation, Keys, Pointer};
use super::read::{ALWAYS, Content};
use super::server::Server;
use crate::RedisConfig;

/// Reads of the whole content before giving up on it standing still in between.
const DIGEST_TRIES: usize = 20;

/// Views on Redis. Cheap to clone; any number of processes may use the same ones at once.
#[derive(Clone)]
pub struct ClusterViews {
    pub(super) server: Server,
    pub(super) keys: Keys,
    /// To mend the views from, where they are found missing or put back.
    pub(super) log: Option<Arc<dyn EventLog>>,
    /// Where they stood when last looked at.
    pub(super) cached: Arc<std::sync::Mutex<Option<State>>>,
    /// The furthest position that anybody was told of. Views that stand before it have lost something.
    pub(super) known: Arc<AtomicU64>,
    /// Held while they are mended.
    pub(super) mending: Arc<Mutex<()>>,
    /// Whether others make the views: where there are none, they are lost, or not made yet.
    awaited: bool,
}

impl ClusterViews {
    /// The views at a server. Nothing is written before the first [`apply`](Views::apply); until then they are empty.
    ///
    /// # Errors
    /// When the URL is none, or the server does not answer or refuses the credentials.
    pub async fn connect(config: &RedisConfig) -> Result<Self, StoreError> {
        let views = Self {
            server: Server::new(config)?,
            keys: Keys::new(&config.prefix),
            log: None,
            cached: Arc::default(),
            known: Arc::default(),
            mending: Arc::default(),
            awaited: false,
        };
        views.ping().await?;
        views.server.warn_of_eviction().await;
        Ok(views)
    }

    /// The views at a server that others fold a log into. Where there are none, they stand at the beginning, and reading
    /// sums fails: nothing counted yet is something else than no jobs.
    ///
    /// # Errors
    /// Those of [`connect`](Self::connect).
    pub async fn of_others(config: &RedisConfig) -> Result<Self, StoreError> {
        let views = Self::connect(config).await?;
        Ok(Self {
            awaited: true,
            ..views
        })
    }

    /// The views at a server, for those who fold `log` into them.
    ///
    /// Views that have folded nothing in yet, while the log has a past, are made anew first: following the log
    /// from its start would not do, since it tells of pruned jobs whose events are gone. So are views that are
    /// ahead of the log, because they have followed another one. When the server later loses the views or part
    /// of them, they are mended from the log.
    ///
    /// # Errors
    /// Those of [`connect`](Self::connect), and when the log cannot be read.
    pub async fn open_over(
        config: &RedisConfig,
        log: Arc<dyn EventLog>,
    ) -> Result<Self, StoreError> {
        let views = Self {
            log: Some(log.clone()),
            ..Self::connect(config).await?
        };
        let stands_at = views.state().await?.map(|state| state.position);
        let head = log.head().await?;
        let is_whole = stands_at.is_some_and(|position| {
            position <= head && (position > Position(0) || head == Position(0))
        });
        if !is_whole {
            views.rebuild(&*log).await?;
        }
        Ok(views)
    }

    /// Whether the server answers.
    ///
    /// # Errors
    /// When it does not.
    pub async fn ping(&self) -> Result<(), StoreError> {
        self.server.call(&redis::cmd("PING")).await
    }

    pub(super) fn known(&self) -> Position {
        Position(self.known.load(Ordering::SeqCst))
    }

    pub(super) fn tell(&self, position: Position) {
        self.known.fetch_max(position.0, Ordering::SeqCst);
    }

    /// What a read is answered while there are no views: nothing, as long as there never were any.
    fn absent<T: Default>(&self) -> Result<T, StoreError> {
        if self.awaited {
            return Err(StoreError::Unavailable(
                "there are no views on Redis: a metrics-engine has to make them from the history"
                    .into(),
            ));
        }
        if self.log.is_none() && self.known() == Position(0) {
            return Ok(T::default());
        }
        Err(self.gone(None))
    }

    /// Has lost views made anew, and says so.
    fn gone(&self, damaged: Option<Generation>) -> StoreError {
        self.mend_in_background(damaged);
        StoreError::Unavailable("the views on Redis are gone and have to be made anew".into())
    }
}

#[async_trait]
impl Views for ClusterViews {
    async fn position(&self) -> Result<Position, StoreError> {
        match self.state().await? {
            Some(state) => {
                self.tell(state.position);
                Ok(state.position)
            }
            // Whoever only reads can do without, as long as sums are not asked for.
            None if self.awaited => Ok(Position(0)),
            None => self.absent(),
        }
    }

    async fn apply(&self, entries: Vec<LogRecord>) -> Result<(), StoreError> {
        self.fold_in(&entries).await
    }

    async fn snapshot(&self) -> Result<ViewSnapshot, StoreError> {
        match self.read_counts(Pointer::Current).await? {
            Some((_, snapshot)) => Ok(snapshot),
            None => self.absent(),
        }
    }

    async fn buckets(&self, range: TimeRange) -> Result<Vec<Bucket>, StoreError> {
        match self.read_buckets(range).await? {
            Content::Whole { buckets, .. } => Ok(buckets),
            Content::Absent => self.absent(),
            Content::Damaged(generation) => Err(self.gone(Some(generation))),
            Content::Changing => Err(changing()),
        }
    }

    /// Entries that are applied meanwhile make it start again; while they never pause, it ends with
    /// [`StoreError::Unavailable`].
    async fn digest(&self) -> Result<String, StoreError> {
        for _ in 0..DIGEST_TRIES {
            let Some((generation, snapshot)) = self.read_counts(Pointer::Current).await? else {
                self.absent::<()>()?;
                return Ok(ViewDigest::new(&ViewSnapshot::default()).finish());
            };
            let before = State {
                generation,
                position: snapshot.position,
            };
            match self.read_buckets(ALWAYS).await? {
                Content::Whole { buckets, state } if state.as_ref() == Some(&before) => {
                    let mut digest = ViewDigest::new(&snapshot);
                    buckets.iter().for_each(|bucket| digest.add(bucket));
                    return Ok(digest.finish());
                }
                Content::Damaged(generation) => return Err(self.gone(Some(generation))),
                Content::Whole { .. } | Content::Absent | Content::Changing => {}
            }
        }
        Err(changing())
    }
}

fn changing() -> StoreError {
    StoreError::Unavailable("the views on Redis keep changing".into())
}
