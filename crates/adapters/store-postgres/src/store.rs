use std::sync::Arc;
use std::sync::atomic::AtomicI64;

use deadpool_postgres::{Object, Pool};
use odd_contracts::{Producer, Timestamp};
use odd_core::ports::{EventSink, StoreError};
use odd_core::{ClockJump, TransactionCounters};
use tokio::sync::{Notify, oneshot, watch};
use tokio_postgres::Client;
use tokio_util::task::{AbortOnDropHandle, TaskTracker};

use crate::codec;
use crate::config::PostgresConfig;
use crate::connect::Address;
use crate::error::{DbError, DbResult};
use crate::fill_failures::fill_failures;
use crate::migrate::migrate;
use crate::producers::ProducerCache;
use crate::server_time::ServerTime;
use crate::shared::Shared;
use crate::signals::Signals;
use crate::write::Submitter;
use crate::{leader, listener, write};

/// The authoritative store on PostgreSQL. Cheap to clone; all clones share their connections and background tasks.
#[derive(Clone)]
pub struct PostgresStore {
    pub(crate) shared: Arc<Shared>,
    pub(crate) submitter: Submitter,
    tasks: Arc<Tasks>,
}

/// Background tasks, which end when the store is dropped.
struct Tasks {
    /// Notified when the process requests leadership.
    leadership_requested: Arc<Notify>,
    leads: watch::Receiver<bool>,
    _handles: Vec<AbortOnDropHandle<()>>,
}

impl PostgresStore {
    /// Connects and applies missing migrations; several processes may do so at once. If the tables that a migration changes
    /// are in use, it is repeated for some minutes. `sink` receives the entries of each commit of this process. Commits may
    /// arrive out of order; positions define the order.
    ///
    /// # Errors
    /// `Unavailable` while the server cannot be reached or a migration does not get its locks, `Broken` if it refuses the
    /// login or its schema is not this crate's.
    pub async fn connect(
        config: PostgresConfig,
        sink: Arc<dyn EventSink>,
    ) -> Result<Self, StoreError> {
        let address = Arc::new(Address::of(
            &config,
            &config.producers.processor.instance_id,
        )?);
        let writers = address.pool(config.writers)?;
        let readers = address.pool(config.readers)?;
        let (gateway, processor) = prepare(&writers, &config).await?;
        let signals = Arc::new(Signals::new());
        let transactions = Arc::new(TransactionCounters::new());
        let jumped = report_jumps(signals.clone(), transactions.clone());
        let server_time = ServerTime::start(&writers, config.clock.clone(), jumped);
        let server_time = Arc::new(server_time.await?);
        let instance = uuid::Uuid::new_v4().simple().to_string();
        let shared = Arc::new(Shared {
            writers,
            readers,
            transactions,
            signals: signals.clone(),
            instance: instance.clone(),
            clock: config.clock,
            gateway: (Arc::new(config.producers.gateway), gateway),
            processor: (Arc::new(config.producers.processor), processor),
            server_time,
            producers: ProducerCache::default(),
            sink,
            claims: TaskTracker::new(),
            pruned_to: AtomicI64::new(0),
            jobs_pruned_to: AtomicI64::new(0),
        });
        let leadership_requested = Arc::new(Notify::new());
        let (leading, leads) = watch::channel(false);
        let (subscribe, subscribed) = oneshot::channel();
        let listen = listener::listen(address.clone(), signals, instance, subscribe);
        let campaign = leader::campaign(address, leadership_requested.clone(), leading);
        let time = shared
            .server_time
            .clone()
            .keep_current(shared.writers.clone(), leads.clone());
        let handles = [
            tokio::spawn(listen),
            tokio::spawn(campaign),
            tokio::spawn(time),
            tokio::spawn(fill_failures(shared.writers.clone())),
        ];
        if tokio::time::timeout(config.connect_timeout, subscribed)
            .await
            .is_err()
        {
            tracing::warn!(
                "notices of other processes do not arrive yet; delayed jobs may start late until they do"
            );
        }
        Ok(Self {
            submitter: Submitter::start(&shared, config.submit_lanes),
            shared,
            tasks: Arc::new(Tasks {
                leadership_requested,
                leads,
                _handles: handles.into_iter().map(AbortOnDropHandle::new).collect(),
            }),
        })
    }

    /// Returns the server's clock: the last time that the server returned, plus the time that has passed since. It is
    /// independent of this machine's wall clock. It is queried every second, so it is soon right again after the server's
    /// clock was set.
    pub fn clock(&self) -> Arc<dyn odd_core::Clock> {
        match &self.shared.clock {
            Some(given) => given.clone(),
            None => self.shared.server_time.clone(),
        }
    }

    /// Waits until all running claims have ended and jobs whose caller is gone are released. Call it when no part of the
    /// process claims any more: if the process exits earlier, such jobs wait until their leases expire.
    pub async fn drain_claims(&self) {
        self.shared.claims.close();
        self.shared.claims.wait().await;
    }

    /// Returns whether this process leads.
    pub(crate) fn leads(&self) -> bool {
        *self.tasks.leads.borrow()
    }

    /// Returns whether this process leads, and requests leadership from now on.
    pub(crate) fn request_leadership(&self) -> watch::Receiver<bool> {
        self.tasks.leadership_requested.notify_one();
        self.tasks.leads.clone()
    }

    /// Runs `work` to its end, even if the caller is dropped. Retries after conflicts with other transactions.
    pub(crate) async fn run<T, F, R>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: Fn(Arc<Shared>) -> R + Send + Sync + 'static,
        R: Future<Output = DbResult<T>> + Send,
    {
        let shared = self.shared.clone();
        let task = tokio::spawn(async move { write::with_retries(|| work(shared.clone())).await });
        match task.await {
            Ok(outcome) => Ok(outcome?),
            Err(error) => Err(StoreError::broken("a transaction did not end", error)),
        }
    }
}

/// Returns what is done about each jump of the server's clock.
fn report_jumps(
    signals: Arc<Signals>,
    transactions: Arc<TransactionCounters>,
) -> Box<dyn Fn(ClockJump) + Send + Sync> {
    Box::new(move |jump| {
        transactions.count_clock_jump(jump);
        // Jobs that wait for a time of the wall clock may be due.
        signals.notify_due(Timestamp::from_micros(0));
        tracing::warn!(
            by_seconds = jump.seconds(),
            "the clock of the database was set; delays, retries and leases are not affected"
        );
    })
}

async fn prepare(pool: &Pool, config: &PostgresConfig) -> Result<(i32, i32), StoreError> {
    // Not returned to the pool: if this future is dropped, the session ends and releases the lock of the upgrade.
    let mut client = Object::take(pool.get().await.map_err(DbError::from)?);
    migrate(&mut client, config.upgrade_pause).await?;
    let gateway = producer_id(&client, &config.producers.gateway).await?;
    let processor = producer_id(&client, &config.producers.processor).await?;
    Ok((gateway, processor))
}

async fn producer_id(client: &Client, producer: &Producer) -> DbResult<i32> {
    let row = client
        .query_one(
            "INSERT INTO producers (service, instance_id, version) VALUES ($1, $2, $3) \
             ON CONFLICT (service, instance_id, version) DO UPDATE SET version = excluded.version RETURNING producer",
            &[&producer.service, &producer.instance_id, &producer.version],
        )
        .await?;
    codec::get(&row, 0)
}
