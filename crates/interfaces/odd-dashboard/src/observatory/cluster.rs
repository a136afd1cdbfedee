use std::sync::Arc;
use std::time::Duration;

use odd_bus_local::{Feed, LocalBus};
use odd_bus_rabbitmq::{
    BrokerConfig, EventConsumer, EventQueue, Health, NotifiedWorkQueue, OutboxRelay, Publisher,
    PublisherTask,
};
use odd_core::Producers;
use odd_core::ports::{Archive, EventSink, Views, WorkQueue};
use odd_service_kit::{CheckFailed, Dependency, ServiceInfo};
use odd_store_postgres::{PostgresConfig, PostgresStore};
use odd_views_cluster::{ClusterArchive, ClusterViews, MongoConfig, RedisConfig};
use rustls::ClientConfig;
use tokio_util::task::AbortOnDropHandle;

use crate::failure::Failure;
use crate::observatory::RoleName;
use crate::observatory::roles::{History, Ports};
use crate::observatory::trust::trust;
use crate::observatory::waiting::{Waiting, look_for, refused, wait_for};
use crate::settings::ClusterSettings;

/// How long jobs that were claimed while the role was about to end may take to be given back; the rest waits for its leases
/// to run out.
const SETTLE: Duration = Duration::from_secs(2);

/// How long what was committed last may take to be published when the role ends; the rest is in the outbox.
const FLUSH: Duration = Duration::from_secs(2);

/// The adapters of one role of the distributed deployment, connected.
pub(super) struct Cluster {
    pub(super) ports: Ports,
    /// What `/readyz` asks about beyond the store.
    pub(super) dependencies: Vec<Dependency>,
    /// Of roles that change jobs.
    written: Option<(Arc<PostgresStore>, Publisher)>,
    _tasks: Vec<AbortOnDropHandle<()>>,
}

impl Cluster {
    /// Waits for what the role stands on, tells `waiting` what it has found, and connects.
    ///
    /// # Errors
    /// When a server refuses for good: another schema, a URL that is none, a certificate that is not trusted.
    pub(super) async fn open(
        role: RoleName,
        settings: &ClusterSettings,
        info: &ServiceInfo,
        waiting: &Waiting,
    ) -> Result<Self, Failure> {
        let tls = trust(settings)?;
        let broker_url = settings.rabbitmq_url.as_deref().unwrap_or_default();
        let opening = Opening {
            settings,
            waiting,
            broker: BrokerConfig {
                tls: tls.clone(),
                ..BrokerConfig::new(broker_url, (*info.producer()).clone())
            },
            tls,
            tasks: Vec::new(),
            dependencies: Vec::new(),
        };
        match role {
            RoleName::Gateway | RoleName::Processor => opening.changing(role).await,
            RoleName::ReadModel | RoleName::MetricsEngine => opening.watching(role).await,
        }
    }

    /// Lets what nobody took be given back, and what was committed last be published.
    pub(super) async fn close(self) {
        if let Some((store, publisher)) = &self.written {
            let _ = tokio::time::timeout(SETTLE, store.drain_claims()).await;
            // What does not make it is published by others.
            let _ = tokio::time::timeout(FLUSH, publisher.flushed()).await;
        }
    }
}

/// A cluster on its way.
struct Opening<'a> {
    settings: &'a ClusterSettings,
    waiting: &'a Waiting,
    broker: BrokerConfig,
    tls: Option<Arc<ClientConfig>>,
    tasks: Vec<AbortOnDropHandle<()>>,
    dependencies: Vec<Dependency>,
}

impl Opening<'_> {
    /// Roles that change jobs: what they commit is published.
    async fn changing(mut self, role: RoleName) -> Result<Cluster, Failure> {
        let (publisher, task) = Publisher::new();
        let store = self.store(Arc::new(publisher.clone())).await?;
        self.publish(task, &publisher, &store);
        let mut work: Arc<dyn WorkQueue> = store.clone();
        if role == RoleName::Processor {
            let notified = NotifiedWorkQueue::new(store.clone(), store.clone());
            self.spawn(notified.clone().run(self.broker.clone()));
            self.spawn(OutboxRelay::new(store.clone(), store.clone(), publisher.clone()).run());
            work = Arc::new(notified);
        }
        Ok(Cluster {
            ports: Ports {
                store: store.clone(),
                work,
                clock: store.clock(),
                reader: store.clone(),
                history: None,
            },
            dependencies: self.dependencies,
            written: Some((store, publisher)),
            _tasks: self.tasks,
        })
    }

    /// Roles that follow what happens.
    async fn watching(mut self, role: RoleName) -> Result<Cluster, Failure> {
        // It commits nothing of its own: events come from the broker.
        let (store, views, archive) = tokio::try_join!(
            self.store(Arc::new(Feed::new())),
            self.views(role),
            self.archive()
        )?;
        let views = match role {
            RoleName::MetricsEngine => self.views_over(&store).await?,
            _ => views,
        };
        if let Some(archive) = &archive {
            self.depend_on_archive(archive);
        }
        let feed = Feed::new();
        let queue = match role {
            RoleName::MetricsEngine => EventQueue::metrics_engine(),
            _ => EventQueue::Exclusive(format!("read-model.{}", self.broker.producer.instance_id)),
        };
        let sink = Arc::new(feed.clone());
        let mut event_consumer =
            EventConsumer::new(self.broker.clone(), queue, store.clone(), sink);
        if role == RoleName::ReadModel {
            event_consumer = event_consumer.while_followed(feed.followers());
        }
        self.depend_on_broker(event_consumer.health().clone());
        self.spawn(event_consumer.run());
        Ok(Cluster {
            ports: Ports {
                store: store.clone(),
                work: store.clone(),
                reader: store.clone(),
                clock: store.clock(),
                history: Some(History {
                    log: store.clone(),
                    bus: Arc::new(LocalBus::new(feed, store)),
                    views,
                    archive,
                }),
            },
            dependencies: self.dependencies,
            written: None,
            _tasks: self.tasks,
        })
    }

    async fn store(&self, sink: Arc<dyn EventSink>) -> Result<Arc<PostgresStore>, Failure> {
        let producers = Producers {
            gateway: self.broker.producer.clone(),
            processor: self.broker.producer.clone(),
        };
        let config = PostgresConfig {
            tls: self.tls.clone(),
            ..PostgresConfig::new(&self.settings.postgres_url, producers)
        };
        let connect = || PostgresStore::connect(config.clone(), sink.clone());
        let store = wait_for("PostgreSQL", connect).await?;
        self.waiting.found("store");
        Ok(Arc::new(store))
    }

    fn redis(&self) -> RedisConfig {
        let url = self.settings.redis_url.as_deref().unwrap_or_default();
        RedisConfig {
            ca_file: self.settings.ca_file.clone(),
            ..RedisConfig::new(url)
        }
    }

    /// To read them.
    async fn views(&self, role: RoleName) -> Result<Arc<dyn Views>, Failure> {
        let config = self.redis();
        let views = wait_for("Redis", || ClusterViews::of_others(&config)).await?;
        if role == RoleName::ReadModel {
            self.waiting.found("views");
        }
        Ok(Arc::new(views))
    }

    /// To fold the log into them, once both are there.
    async fn views_over(&self, store: &Arc<PostgresStore>) -> Result<Arc<dyn Views>, Failure> {
        let config = self.redis();
        let open = || ClusterViews::open_over(&config, store.clone());
        let views = wait_for("the views on Redis", open).await?;
        self.waiting.found("views");
        Ok(Arc::new(views))
    }

    async fn archive(&self) -> Result<Option<Arc<dyn Archive>>, Failure> {
        let Some(url) = self.settings.mongodb_url.as_deref() else {
            return Ok(None);
        };
        let config = MongoConfig {
            ca_file: self.settings.ca_file.clone(),
            ..MongoConfig::new(url)
        };
        // Nothing waits for the archive: what happens meanwhile is archived later.
        let archive = match look_for("MongoDB", ClusterArchive::connect(&config)).await? {
            Some(archive) => {
                self.waiting.found("archive");
                archive
            }
            // It connects by itself, time and again.
            None => {
                let opened = ClusterArchive::open(&config).await;
                opened.map_err(|error| refused("MongoDB", &error))?
            }
        };
        Ok(Some(Arc::new(archive)))
    }

    /// Without the archive everything goes on, and it is filled later.
    fn depend_on_archive(&mut self, archive: &Arc<dyn Archive>) {
        let archive = archive.clone();
        let check = move || {
            let archive = archive.clone();
            async move {
                let answer = archive.ping().await;
                answer.map_err(|error| CheckFailed(error.to_string()))
            }
        };
        self.dependencies
            .push(Dependency::required("archive", check).dispensable());
    }

    fn publish(&mut self, task: PublisherTask, publisher: &Publisher, store: &Arc<PostgresStore>) {
        self.depend_on_broker(publisher.health().clone());
        self.spawn(task.run(self.broker.clone(), store.clone()));
    }

    /// Without the broker everything goes on, only slower: it is reported, no more.
    fn depend_on_broker(&mut self, health: Health) {
        let check = move || {
            let failure = health.failure();
            async move { failure.map_or(Ok(()), |failure| Err(CheckFailed(failure))) }
        };
        self.dependencies
            .push(Dependency::required("broker", check).dispensable());
    }

    fn spawn(&mut self, task: impl Future<Output = ()> + Send + 'static) {
        self.tasks.push(AbortOnDropHandle::new(tokio::spawn(task)));
    }
}
