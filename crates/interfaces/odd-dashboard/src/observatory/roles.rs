use std::collections::HashMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use odd_core::Producers;
use odd_core::ports::{Archive, Clock, EventBus, EventLog, JobReader, JobStore, Views, WorkQueue};
use odd_gateway::Gateway;
use odd_metrics_engine::MetricsEngine;
use odd_processor::Processor;
use odd_read_model::{ReadModel, ServiceEndpoint};
use odd_service_kit::{HttpConfig, ServiceInfo};
use odd_worker::{BuiltInConfig, HandlerRegistry, HttpRequestConfig, ProcessRunConfig};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::build_info::BuildInfo;
use crate::failure::Failure;
use crate::observatory::RoleName;
use crate::settings::ObservatorySettings;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// A role that is ready to run: it is given its socket and the sign to stop.
pub(super) type Role = Box<
    dyn FnOnce(
            TcpListener,
            CancellationToken,
        ) -> Pin<Box<dyn Future<Output = anyhow::Result<()>> + Send>>
        + Send,
>;

/// Who each role of this process is.
pub(super) struct Identities(HashMap<&'static str, ServiceInfo>);

impl Identities {
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

/// What every role is made from.
pub(super) struct Parts<'a> {
    pub(super) settings: &'a ObservatorySettings,
    pub(super) identities: &'a Identities,
    pub(super) ports: &'a Ports,
    pub(super) http: HttpConfig,
    /// Names and URLs of the roles that the read-model asks about their health.
    pub(super) services: Vec<(String, String)>,
}

/// What the roles of a process stand on.
#[derive(Clone)]
pub(super) struct Ports {
    pub(super) store: Arc<dyn JobStore>,
    /// Claims and results: `store`, or an adapter over it.
    pub(super) work: Arc<dyn WorkQueue>,
    pub(super) reader: Arc<dyn JobReader>,
    /// The store's clock.
    pub(super) clock: Arc<dyn Clock>,
    /// For the roles that follow what happens.
    pub(super) history: Option<History>,
}

/// What happened, is happening, and comes to.
#[derive(Clone)]
pub(super) struct History {
    pub(super) log: Arc<dyn EventLog>,
    pub(super) bus: Arc<dyn EventBus>,
    pub(super) views: Arc<dyn Views>,
    /// There where events are archived.
    pub(super) archive: Option<Arc<dyn Archive>>,
}

impl Parts<'_> {
    /// Puts a role together.
    ///
    /// # Errors
    /// When it refuses its configuration.
    pub(super) fn role(&self, name: RoleName) -> Result<Role, Failure> {
        Ok(match name {
            RoleName::Gateway => self.gateway(self.handlers()),
            RoleName::ReadModel => self.read_model(),
            RoleName::Processor => self.processor(self.handlers())?,
            RoleName::MetricsEngine => self.metrics_engine(),
        })
    }

    fn handlers(&self) -> HandlerRegistry {
        HandlerRegistry::built_in(self.built_in())
    }

    fn gateway(&self, handlers: HandlerRegistry) -> Role {
        let config = odd_gateway::Config {
            http: self.http.clone(),
        };
        let dependencies = odd_gateway::Dependencies {
            jobs: self.ports.store.clone(),
            reader: self.ports.reader.clone(),
            handlers,
        };
        let gateway = Gateway::new(config, self.identities.of(RoleName::Gateway), dependencies);
        Box::new(|listener, shutdown| {
            Box::pin(async { Ok(gateway.run(listener, shutdown).await?) })
        })
    }

    fn history(&self) -> History {
        let history = self.ports.history.clone();
        history.expect("a role that follows what happens is given its history")
    }

    fn read_model(&self) -> Role {
        let history = self.history();
        let services = self.services.iter().map(|(name, url)| ServiceEndpoint {
            name: name.clone(),
            url: url.clone(),
        });
        let config = odd_read_model::Config {
            http: self.http.clone(),
            services: services.collect(),
            ..odd_read_model::Config::default()
        };
        let ports = odd_read_model::Ports {
            jobs: self.ports.reader.clone(),
            log: history.log.clone(),
            bus: history.bus.clone(),
            views: history.views.clone(),
            clock: self.ports.clock.clone(),
        };
        let read_model = ReadModel::new(config, self.identities.of(RoleName::ReadModel), ports);
        Box::new(|listener, shutdown| {
            Box::pin(async { Ok(read_model.run(listener, shutdown).await?) })
        })
    }

    fn processor(&self, handlers: HandlerRegistry) -> Result<Role, Failure> {
        let concurrency = usize::try_from(self.settings.concurrency).expect("at most 10,000");
        let config = odd_processor::Config {
            types: self.settings.types.clone(),
            retention: DAY * self.settings.retention_days,
            lease: self.settings.lease,
            renew_every: self.settings.lease / 3,
            http: self.http.clone(),
            ..odd_processor::Config::new(self.identities.of(RoleName::Processor), concurrency)
        };
        let ports = odd_processor::Ports {
            work: self.ports.work.clone(),
            hints: self.ports.store.clone(),
            maintenance: self.ports.store.clone(),
            leadership: self.ports.store.clone(),
            reader: self.ports.reader.clone(),
            clock: self.ports.clock.clone(),
        };
        let processor = Processor::new(config, ports, handlers).map_err(|error| {
            Failure::usage("the processor cannot be started")
                .cause(error)
                .hint("ODD_WORKER_TYPES names the types that it takes")
        })?;
        Ok(Box::new(|listener, shutdown| {
            Box::pin(async { Ok(processor.run(listener, shutdown).await?) })
        }))
    }

    fn metrics_engine(&self) -> Role {
        let history = self.history();
        let config = odd_metrics_engine::Config {
            info: self.identities.of(RoleName::MetricsEngine),
            http: self.http.clone(),
        };
        let ports = odd_metrics_engine::Ports {
            log: history.log.clone(),
            bus: history.bus.clone(),
            views: history.views.clone(),
            quarantine: self.ports.store.clone(),
            reader: self.ports.reader.clone(),
            clock: self.ports.clock.clone(),
        };
        let mut engine = MetricsEngine::new(config, ports);
        if let Some(archive) = history.archive {
            engine = engine.archiving(archive);
        }
        Box::new(|listener, shutdown| Box::pin(async { Ok(engine.run(listener, shutdown).await?) }))
    }

    fn built_in(&self) -> BuiltInConfig {
        BuiltInConfig {
            http: HttpRequestConfig {
                allow: self.settings.http_request_allow.clone(),
                ..HttpRequestConfig::default()
            },
            process: ProcessRunConfig {
                allow: self.settings.process_run_allow.clone(),
                ..ProcessRunConfig::default()
            },
        }
    }
}
