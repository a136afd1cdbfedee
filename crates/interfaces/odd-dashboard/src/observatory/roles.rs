use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use odd_contracts::AlertRules;
use odd_core::ports::{
    AlertBook, Archive, Clock, EventBus, EventLog, JobReader, JobStore, Outbox, StoreStatistics,
    Views, WorkQueue,
};
use odd_core::{Producers, PublishLatency, QuarantineCounter};
use odd_gateway::Gateway;
use odd_metrics_engine::{AlertingConfig, MetricsEngine, ScrapeTarget};
use odd_processor::Processor;
use odd_read_model::{ReadModel, ServiceEndpoint};
use odd_service_kit::{Fault, HttpConfig, ServiceInfo};
use odd_worker::{BuiltInConfig, HandlerRegistry, HttpRequestConfig, ProcessRunConfig};

use crate::build_info::BuildInfo;
use crate::failure::Failure;
use crate::observatory::drills::RoleDrills;
use crate::observatory::interfaces::Interfaces;
use crate::observatory::role_task::RoleTask;
use crate::observatory::tracers::Tracers;
use crate::observatory::web::web_role;
use crate::open_files;
use crate::role_name::RoleName;
use crate::settings::{HTTP_REQUEST_ALLOW, ObservatorySettings, PROCESS_RUN_ALLOW};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// The name, version and instance id of each role of this process.
pub(super) struct ServiceIdentities(HashMap<&'static str, ServiceInfo>);

impl ServiceIdentities {
    pub(super) fn new() -> Self {
        let build = BuildInfo::current();
        let names = RoleName::ALL.map(RoleName::as_str);
        Self(
            names
                .into_iter()
                .map(|name| (name, ServiceInfo::new(name, build.version, build.commit)))
                .collect(),
        )
    }

    pub(super) fn of(&self, role: RoleName) -> ServiceInfo {
        self.0[role.as_str()].clone()
    }

    pub(super) fn producers(&self) -> Producers {
        Producers {
            gateway: (*self.of(RoleName::Gateway).producer()).clone(),
            processor: (*self.of(RoleName::Processor).producer()).clone(),
        }
    }
}

/// Builds roles from the settings and the adapters of a deployment.
pub(super) struct RoleFactory<'a> {
    pub(super) settings: &'a ObservatorySettings,
    pub(super) identities: &'a ServiceIdentities,
    pub(super) ports: &'a Ports,
    pub(super) http: HttpConfig,
    pub(super) tracers: &'a Tracers,
    /// Names and URLs of the roles whose health the read-model checks.
    pub(super) services: Vec<(String, String)>,
    /// The secret of a token that permits to read metrics, if one is required.
    pub(super) scrape_token: Option<String>,
    /// The fault of the broker, where a drill can cut its connections.
    pub(super) broker_fault: Option<Fault>,
}

/// The adapters that the roles of a process use.
#[derive(Clone)]
pub(super) struct Ports {
    pub(super) store: Arc<dyn JobStore>,
    /// Claims and results: `store`, or an adapter over it.
    pub(super) work: Arc<dyn WorkQueue>,
    pub(super) reader: Arc<dyn JobReader>,
    /// The clock of the store.
    pub(super) clock: Arc<dyn Clock>,
    /// Figures of the store.
    pub(super) statistics: Arc<dyn StoreStatistics>,
    /// Measures the publication of commits, in the roles of a cluster that change jobs.
    pub(super) publishing: Option<PublishLatency>,
    /// Counts the messages that the adapters quarantine.
    pub(super) quarantined: QuarantineCounter,
    /// The alerts, where the metrics-engine evaluates the rules.
    pub(super) alerts: Option<Arc<dyn AlertBook>>,
    /// The data directory of an embedded deployment.
    pub(super) data_dir: Option<PathBuf>,
    /// Present for the read-model and the metrics-engine.
    pub(super) follower: Option<FollowerPorts>,
}

/// The adapters of the roles that follow the events.
#[derive(Clone)]
pub(super) struct FollowerPorts {
    pub(super) log: Arc<dyn EventLog>,
    pub(super) bus: Arc<dyn EventBus>,
    pub(super) views: Arc<dyn Views>,
    /// Present in a cluster.
    pub(super) outbox: Option<Arc<dyn Outbox>>,
    /// Present in the metrics-engine of a cluster with MongoDB.
    pub(super) archive: Option<Arc<dyn Archive>>,
}

impl RoleFactory<'_> {
    /// Builds a role.
    ///
    /// # Errors
    /// When its configuration is not valid.
    pub(super) fn role(&self, name: RoleName) -> Result<RoleTask, Failure> {
        Ok(match name {
            RoleName::Gateway => self.gateway(self.handlers()),
            RoleName::ReadModel => self.read_model(),
            RoleName::Web => self.web(),
            RoleName::Processor => self.processor(self.handlers())?,
            RoleName::MetricsEngine => self.metrics_engine()?,
            RoleName::WebPty => unreachable!("the role has two listeners"),
        })
    }

    fn drills(&self, role: RoleName) -> RoleDrills {
        match self.settings.allow_drills {
            true => RoleDrills::allowed(role, self.broker_fault.clone()),
            false => RoleDrills::NotAllowed,
        }
    }

    fn http(&self, drills: &RoleDrills) -> HttpConfig {
        HttpConfig {
            drills: drills.handle(),
            ..self.http.clone()
        }
    }

    fn handlers(&self) -> HandlerRegistry {
        HandlerRegistry::built_in(self.built_in())
    }

    fn gateway(&self, handlers: HandlerRegistry) -> RoleTask {
        let config = odd_gateway::Config {
            http: self.http(&self.drills(RoleName::Gateway)),
            tracer: self.tracers.of(RoleName::Gateway),
        };
        let dependencies = odd_gateway::Dependencies {
            jobs: self.ports.store.clone(),
            reader: self.ports.reader.clone(),
            handlers,
            statistics: self.ports.statistics.clone(),
            publishing: self.ports.publishing.clone(),
        };
        let gateway = Gateway::new(config, self.identities.of(RoleName::Gateway), dependencies);
        Box::new(|listener, shutdown| {
            Box::pin(async { Ok(gateway.run(listener, shutdown).await?) })
        })
    }

    fn interfaces(&self) -> Interfaces {
        let named = &self.settings.ui_urls;
        match self.ports.data_dir {
            Some(_) => Interfaces::embedded(&self.services, named),
            None => Interfaces::of_cluster(named),
        }
    }

    fn follower(&self) -> FollowerPorts {
        let ports = self.ports.follower.clone();
        ports.expect("a deployment with this role has its ports")
    }

    fn read_model(&self) -> RoleTask {
        let follower = self.follower();
        let drills = self.drills(RoleName::ReadModel);
        let services = self.services.iter().map(|(name, url)| ServiceEndpoint {
            name: name.clone(),
            url: url.clone(),
        });
        let interfaces = self.interfaces();
        let config = odd_read_model::Config {
            http: self.http(&drills),
            services: services.collect(),
            alertmanager_url: self.settings.alertmanager_url.clone(),
            deployment: interfaces.deployment,
            ui_urls: interfaces.urls,
            ..odd_read_model::Config::default()
        };
        let ports = odd_read_model::Ports {
            jobs: self.ports.reader.clone(),
            log: follower.log.clone(),
            bus: follower.bus.clone(),
            views: drills.views(follower.views.clone()),
            clock: self.ports.clock.clone(),
            statistics: self.ports.statistics.clone(),
            quarantined: self.ports.quarantined.clone(),
            alerts: self.ports.alerts.clone(),
        };
        let read_model = ReadModel::new(config, self.identities.of(RoleName::ReadModel), ports);
        Box::new(|listener, shutdown| {
            Box::pin(async { Ok(read_model.run(listener, shutdown).await?) })
        })
    }

    /// Builds the web role of a process that has every role.
    fn web(&self) -> RoleTask {
        let url_of = |role: &str| {
            let mut services = self.services.iter();
            let found = services.find(|(name, _)| name == role);
            found.and_then(|(_, url)| url.parse().ok())
        };
        let settings = &self.settings.web;
        let upstreams = odd_web_ui::Upstreams {
            gateway: url_of("gateway").unwrap_or_else(|| settings.gateway_url.clone()),
            read_model: url_of("read-model").unwrap_or_else(|| settings.read_model_url.clone()),
            terminal: settings.terminal.url(url_of("web-pty")),
        };
        let http = self.http(&self.drills(RoleName::Web));
        web_role(settings, upstreams, http, self.identities.of(RoleName::Web))
    }

    fn processor(&self, handlers: HandlerRegistry) -> Result<RoleTask, Failure> {
        let drills = self.drills(RoleName::Processor);
        let concurrency = usize::try_from(self.settings.concurrency).expect("at most 10,000");
        let config = odd_processor::Config {
            types: self.settings.types.clone(),
            objectives: self.settings.objectives.clone(),
            retention: DAY * self.settings.retention_days,
            lease: self.settings.lease,
            renew_every: self.settings.lease / 3,
            http: self.http(&drills),
            tracer: self.tracers.of(RoleName::Processor),
            ..odd_processor::Config::new(self.identities.of(RoleName::Processor), concurrency)
        };
        let ports = odd_processor::Ports {
            work: drills.work(self.ports.work.clone()),
            hints: self.ports.store.clone(),
            maintenance: self.ports.store.clone(),
            leadership: self.ports.store.clone(),
            reader: self.ports.reader.clone(),
            clock: self.ports.clock.clone(),
            statistics: self.ports.statistics.clone(),
            quarantined: self.ports.quarantined.clone(),
            publishing: self.ports.publishing.clone(),
        };
        let handlers = drills.handlers(handlers);
        let processor = Processor::new(config, ports, handlers).map_err(|error| {
            Failure::usage("the processor cannot be started")
                .cause(error)
                .hint("check the job types in ODD_WORKER_TYPES")
        })?;
        Ok(Box::new(|listener, shutdown| {
            Box::pin(async { Ok(processor.run(listener, shutdown).await?) })
        }))
    }

    fn metrics_engine(&self) -> Result<RoleTask, Failure> {
        let follower = self.follower();
        let drills = self.drills(RoleName::MetricsEngine);
        let config = odd_metrics_engine::Config {
            info: self.identities.of(RoleName::MetricsEngine),
            http: self.http(&drills),
            tracer: self.tracers.of(RoleName::MetricsEngine),
            data_dir: self.ports.data_dir.clone(),
        };
        let ports = odd_metrics_engine::Ports {
            log: follower.log.clone(),
            bus: follower.bus.clone(),
            views: drills.views(follower.views.clone()),
            quarantine: self.ports.store.clone(),
            reader: self.ports.reader.clone(),
            clock: self.ports.clock.clone(),
            statistics: self.ports.statistics.clone(),
            quarantined: self.ports.quarantined.clone(),
            outbox: follower.outbox.clone(),
        };
        let mut engine = MetricsEngine::new(config, ports);
        if let Some(archive) = follower.archive {
            engine = engine.archiving(archive);
        }
        if let Some(alerts) = self.ports.alerts.clone() {
            engine = engine.alerting(self.alerting(), alerts).map_err(|error| {
                Failure::failed("the alert rules cannot be evaluated").caused_by(&error)
            })?;
        }
        Ok(Box::new(|listener, shutdown| {
            Box::pin(async { Ok(engine.run(listener, shutdown).await?) })
        }))
    }

    fn alerting(&self) -> AlertingConfig {
        let targets = self.services.iter().map(|(service, url)| ScrapeTarget {
            service: service.clone(),
            url: url.clone(),
        });
        let rules = AlertRules::embedded();
        AlertingConfig {
            rules: AlertRules {
                urls: rules.urls.for_interfaces(&self.interfaces().registry()),
                ..rules.clone()
            },
            targets: targets.collect(),
            token: self.scrape_token.clone(),
            webhook: self.settings.alert_webhook.clone(),
            ..AlertingConfig::default()
        }
    }

    fn built_in(&self) -> BuiltInConfig {
        BuiltInConfig {
            http: HttpRequestConfig {
                allow: self.settings.http_request_allow.clone(),
                allow_setting: Some(HTTP_REQUEST_ALLOW.env),
                max_running: open_files::most_exchanges(),
                ..HttpRequestConfig::default()
            },
            process: ProcessRunConfig {
                allow: self.settings.process_run_allow.clone(),
                allow_setting: Some(PROCESS_RUN_ALLOW.env),
                open_files: open_files::inherited(),
                max_running: open_files::most_programs(),
                ..ProcessRunConfig::default()
            },
        }
    }
}

/// Describes the end of a role that was not asked to end.
pub(super) fn describe_end(
    ended: Result<(RoleName, anyhow::Result<()>), tokio::task::JoinError>,
) -> Failure {
    match ended {
        Ok((role, Ok(()))) => Failure::failed(format!("the {} ended unexpectedly", role.as_str())),
        Ok((role, Err(error))) => {
            let mut failure = Failure::failed(format!("the {} failed", role.as_str()));
            failure.causes = error.chain().map(ToString::to_string).collect();
            failure
        }
        Err(error) => Failure::failed("a role panicked").cause(error),
    }
}
