use std::sync::Arc;
use std::sync::atomic::AtomicI64;

use deadpool_postgres::Pool;
use odd_contracts::Producer;
use odd_core::Producers;
use odd_core::ports::{EventSink, StoreError};
use tokio::sync::{Notify, oneshot, watch};
use tokio_util::task::{AbortOnDropHandle, TaskTracker};

use crate::config::PostgresConfig;
use crate::connect::Address;
use crate::error::{DbError, DbResult};
use crate::migrate::migrate;
use crate::producers::ProducerNames;
use crate::server_time::ServerTime;
use crate::shared::Shared;
use crate::signals::Signals;
use crate::write::Submitter;
use crate::{leader, listener, write};

/// The authoritative store on PostgreSQL. Cheap to clone; all clones share connections and what waits for them.
#[derive(Clone)]
pub struct PostgresStore {
    pub(crate) shared: Arc<Shared>,
    pub(crate) submitter: Submitter,
    tasks: Arc<Tasks>,
}

/// What happens beside the calls, as long as the store lives.
struct Tasks {
    /// The process wants to lead.
    asked: Arc<Notify>,
    leads: watch::Receiver<bool>,
    _running: Vec<AbortOnDropHandle<()>>,
}

impl PostgresStore {
    /// Connects, and brings the schema up to date; several processes may do so at once. `sink` is told of each commit
    /// of this process, in any order: positions tell.
    ///
    /// # Errors
    /// `Unavailable` while the server cannot be reached, `Broken` when it refuses or holds something else.
    pub async fn connect(
        config: PostgresConfig,
        sink: Arc<dyn EventSink>,
    ) -> Result<Self, StoreError> {
        let address = Arc::new(Address::of(
            &config,
            &config.producers.processor.instance_id,
        )?);
        let writers = address.pool(config.writers, config.connect_timeout)?;
        let readers = address.pool(config.readers, config.connect_timeout)?;
        let (gateway, processor) = prepare(&writers, &config.producers).await?;
        let server_time = Arc::new(ServerTime::ask(&writers).await?);
        let signals = Arc::new(Signals::new());
        let instance = uuid::Uuid::new_v4().simple().to_string();
        let shared = Arc::new(Shared {
            writers,
            readers,
            signals: signals.clone(),
            instance: instance.clone(),
            clock: config.clock,
            gateway: (Arc::new(config.producers.gateway), gateway),
            processor: (Arc::new(config.producers.processor), processor),
            server_time,
            producer_names: ProducerNames::default(),
            sink,
            claims: TaskTracker::new(),
            pruned_to: AtomicI64::new(0),
            jobs_pruned_to: AtomicI64::new(0),
        });
        let asked = Arc::new(Notify::new());
        let (leading, leads) = watch::channel(false);
        let (begin, begun) = oneshot::channel();
        let running = [
            tokio::spawn(listener::listen(address.clone(), signals, instance, begin)),
            tokio::spawn(leader::stand(address, asked.clone(), leading)),
        ];
        if tokio::time::timeout(config.connect_timeout, begun)
            .await
            .is_err()
        {
            tracing::warn!(
                "hints of other processes cannot be heard yet; jobs may start later than they are due"
            );
        }
        Ok(Self {
            submitter: Submitter::start(&shared, config.submit_lanes),
            shared,
            tasks: Arc::new(Tasks {
                asked,
                leads,
                _running: running.into_iter().map(AbortOnDropHandle::new).collect(),
            }),
        })
    }

    /// The server's clock as this process knows it: the last time that it told, and the time that has passed since. It
    /// takes no notice of this machine's clock being set.
    pub fn clock(&self) -> Arc<dyn odd_core::Clock> {
        match &self.shared.clock {
            Some(given) => given.clone(),
            None => self.shared.server_time.clone(),
        }
    }

    /// Waits until every claim is over, and what was claimed for callers that are gone is given back. To be called when
    /// nobody claims any more: a process that ends before keeps such jobs from others until their leases run out.
    pub async fn settled(&self) {
        self.shared.claims.close();
        self.shared.claims.wait().await;
    }

    /// Whether this process leads; from now on it stands for election.
    pub(crate) fn leads(&self) -> watch::Receiver<bool> {
        self.tasks.asked.notify_one();
        self.tasks.leads.clone()
    }

    /// Runs `work` to its end, whatever becomes of the caller; again when it met another transaction in its way.
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
            Err(panic) => Err(StoreError::Broken(
                format!("a transaction did not end: {panic}").into(),
            )),
        }
    }
}

async fn prepare(pool: &Pool, producers: &Producers) -> Result<(i32, i32), StoreError> {
    let mut client = pool.get().await.map_err(DbError::from)?;
    migrate(&mut client).await?;
    let gateway = producer_id(&client, &producers.gateway).await?;
    let processor = producer_id(&client, &producers.processor).await?;
    Ok((gateway, processor))
}

async fn producer_id(client: &deadpool_postgres::Client, producer: &Producer) -> DbResult<i32> {
    let row = client
        .query_one(
            "INSERT INTO producers (service, instance_id, version) VALUES ($1, $2, $3) \
             ON CONFLICT (service, instance_id, version) DO UPDATE SET version = excluded.version RETURNING producer",
            &[&producer.service, &producer.instance_id, &producer.version],
        )
        .await?;
    Ok(row.try_get(0)?)
}
