use std::sync::Arc;
use std::time::Duration;

use odd_bus_local::{Feed, LocalBus};
use odd_bus_rabbitmq::{
    BrokerConfig, EventConsumer, EventQueue, Health, NotifiedWorkQueue, OutboxRelay, Publisher,
    PublisherTask,
};
use odd_core::ports::{Archive, ErrorChain, EventSink, Views, WorkQueue};
use odd_core::{Producers, PublishLatency};
use odd_service_kit::{CheckFailed, Dependency, Fault, ServiceInfo};
use odd_store_postgres::{PostgresConfig, PostgresStore};
use odd_views_cluster::{ClusterArchive, ClusterViews, MongoConfig, RedisConfig};
use rustls::ClientConfig;
use tokio_util::task::AbortOnDropHandle;

use crate::failure::Failure;
use crate::observatory::drills::BrokerDrill;
use crate::observatory::roles::{FollowerPorts, Ports};
use crate::observatory::startup::{StartupDependencies, connect_with_retry, try_connect, unusable};
use crate::observatory::trust::trust;
use crate::role_name::RoleName;
use crate::settings::ClusterSettings;

/// Time limit for the release of jobs that were claimed during the shutdown. Jobs that are not released are retried when
/// their leases expire.
const RELEASE_LIMIT: Duration = Duration::from_secs(2);

/// Time limit for the publication of the last commits at shutdown. The others stay in the outbox.
const FLUSH_LIMIT: Duration = Duration::from_secs(2);

/// The adapters of one role of the distributed deployment, connected.
pub(super) struct Cluster {
    pub(super) ports: Ports,
    /// The dependencies that `/readyz` checks in addition to the store.
    pub(super) dependencies: Vec<Dependency>,
    /// The fault of the broker, if a drill can cut its connections.
    pub(super) broker_fault: Option<Fault>,
    /// The store and its publisher, in roles that change jobs.
    writer: Option<(Arc<PostgresStore>, Publisher)>,
    _tasks: Vec<AbortOnDropHandle<()>>,
}

impl Cluster {
    /// Connects to the servers of the role, and waits for those that are not available. Marks each one in `startup`.
    ///
    /// # Errors
    /// When a retry cannot help: another schema, an invalid URL, or a certificate that is not trusted.
    pub(super) async fn open(
        role: RoleName,
        settings: &ClusterSettings,
        info: &ServiceInfo,
        startup: &StartupDependencies,
        allow_drills: bool,
    ) -> Result<Self, Failure> {
        let tls = trust(settings)?;
        let broker_url = settings.rabbitmq_url.as_deref().unwrap_or_default();
        let drill = match allow_drills {
            true => BrokerDrill::start(broker_url).await?,
            false => None,
        };
        let broker_url = drill.as_ref().map_or(broker_url, |drill| &drill.url);
        let broker_fault = drill.as_ref().map(|drill| drill.fault.clone());
        let builder = ClusterBuilder {
            settings,
            startup,
            broker: BrokerConfig {
                tls: tls.clone(),
                ..BrokerConfig::new(broker_url, (*info.producer()).clone())
            },
            tls,
            broker_fault,
            tasks: drill.into_iter().map(|drill| drill.task).collect(),
            dependencies: Vec::new(),
        };
        match role {
            RoleName::Gateway | RoleName::Processor => builder.build_writer(role).await,
            RoleName::ReadModel | RoleName::MetricsEngine => builder.build_follower(role).await,
            RoleName::Web | RoleName::WebPty => unreachable!("the role uses no servers"),
        }
    }

    /// Waits, with a limit, until unused claims are released and the last commits are published.
    pub(super) async fn close(self) {
        if let Some((store, publisher)) = &self.writer {
            let _ = tokio::time::timeout(RELEASE_LIMIT, store.drain_claims()).await;
            // Another processor relays the rest from the outbox.
            let _ = tokio::time::timeout(FLUSH_LIMIT, publisher.flushed()).await;
        }
    }
}

/// A cluster whose servers are being connected.
struct ClusterBuilder<'a> {
    settings: &'a ClusterSettings,
    startup: &'a StartupDependencies,
    broker: BrokerConfig,
    tls: Option<Arc<ClientConfig>>,
    broker_fault: Option<Fault>,
    tasks: Vec<AbortOnDropHandle<()>>,
    dependencies: Vec<Dependency>,
}

impl ClusterBuilder<'_> {
    /// Builds the adapters of a role that changes jobs, and publishes its commits.
    async fn build_writer(mut self, role: RoleName) -> Result<Cluster, Failure> {
        let (publisher, task) = Publisher::new();
        let store = self.store(Arc::new(publisher.clone())).await?;
        let publishing = PublishLatency::new();
        let task = task.timed(store.clock(), publishing.clone());
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
                statistics: store.clone(),
                publishing: Some(publishing),
                quarantined: self.broker.quarantined.clone(),
                alerts: None,
                data_dir: None,
                follower: None,
            },
            dependencies: self.dependencies,
            broker_fault: self.broker_fault,
            writer: Some((store, publisher)),
            _tasks: self.tasks,
        })
    }

    /// Builds the adapters of a role that follows the events.
    async fn build_follower(mut self, role: RoleName) -> Result<Cluster, Failure> {
        // The role commits nothing, so nothing is fed here: its events come from the broker.
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
                statistics: store.clone(),
                publishing: None,
                quarantined: self.broker.quarantined.clone(),
                alerts: None,
                data_dir: None,
                follower: Some(FollowerPorts {
                    log: store.clone(),
                    outbox: Some(store.clone()),
                    bus: Arc::new(LocalBus::new(feed, store)),
                    views,
                    archive,
                }),
            },
            dependencies: self.dependencies,
            broker_fault: self.broker_fault,
            writer: None,
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
        let store = connect_with_retry("PostgreSQL", connect).await?;
        self.startup.connected("store");
        Ok(Arc::new(store))
    }

    fn redis(&self) -> RedisConfig {
        let url = self.settings.redis_url.as_deref().unwrap_or_default();
        RedisConfig {
            ca_file: self.settings.ca_file.clone(),
            ..RedisConfig::new(url)
        }
    }

    /// Connects to the views, to read them.
    async fn views(&self, role: RoleName) -> Result<Arc<dyn Views>, Failure> {
        let config = self.redis();
        let views =
            connect_with_retry("Redis", || ClusterViews::connect_read_only(&config)).await?;
        if role == RoleName::ReadModel {
            self.startup.connected("views");
        }
        Ok(Arc::new(views))
    }

    /// Connects to the views, to apply the log to them.
    async fn views_over(&self, store: &Arc<PostgresStore>) -> Result<Arc<dyn Views>, Failure> {
        let config = self.redis();
        let open = || ClusterViews::open_with_log(&config, store.clone());
        let views = connect_with_retry("the views on Redis", open).await?;
        self.startup.connected("views");
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
        // The role does not wait for the archive: missing events are archived later.
        let archive = match try_connect("MongoDB", ClusterArchive::connect(&config)).await? {
            Some(archive) => {
                self.startup.connected("archive");
                archive
            }
            // This archive retries the connection by itself.
            None => {
                let opened = ClusterArchive::open(&config).await;
                opened.map_err(|error| unusable("MongoDB", &error))?
            }
        };
        Ok(Some(Arc::new(archive)))
    }

    /// Reports the archive in `/readyz`. The role stays ready without it, because events can be archived later.
    fn depend_on_archive(&mut self, archive: &Arc<dyn Archive>) {
        let archive = archive.clone();
        let check = move || {
            let archive = archive.clone();
            async move {
                let answer = archive.ping().await;
                answer.map_err(|error| CheckFailed(ErrorChain(&error).to_string()))
            }
        };
        self.dependencies
            .push(Dependency::optional("archive", check));
    }

    fn publish(&mut self, task: PublisherTask, publisher: &Publisher, store: &Arc<PostgresStore>) {
        self.depend_on_broker(publisher.health().clone());
        self.spawn(task.run(self.broker.clone(), store.clone()));
    }

    /// Reports the broker in `/readyz`. The role stays ready without it, because it only speeds up notifications.
    fn depend_on_broker(&mut self, health: Health) {
        let check = move || {
            let failure = health.failure();
            async move {
                failure.map_or(Ok(()), |failure| {
                    Err(CheckFailed(ErrorChain(&failure).to_string()))
                })
            }
        };
        self.dependencies
            .push(Dependency::optional("broker", check));
    }

    fn spawn(&mut self, task: impl Future<Output = ()> + Send + 'static) {
        self.tasks.push(AbortOnDropHandle::new(tokio::spawn(task)));
    }
}
