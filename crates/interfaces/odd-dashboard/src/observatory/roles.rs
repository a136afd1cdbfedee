use std::collections::HashMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use odd_core::Producers;
use odd_core::SystemClock;
use odd_core::ports::{Clock, EventBus, EventLog, JobReader, JobStore, Views};
use odd_gateway::Gateway;
use odd_metrics_engine::MetricsEngine;
use odd_processor::Processor;
use odd_read_model::{ReadModel, ServiceEndpoint};
use odd_service_kit::{HttpConfig, ServiceInfo};
use odd_worker::{BuiltInConfig, HandlerRegistry, HttpRequestConfig, ProcessRunConfig};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::commands::version::build;
use crate::failure::Failure;
use crate::observatory::{Embedded, RoleName};
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
        let build = build();
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
    pub(super) embedded: &'a Embedded,
    pub(super) http: HttpConfig,
    pub(super) urls: &'a [(RoleName, String)],
}

impl Parts<'_> {
    /// Every role, in the order of [`RoleName::ALL`].
    ///
    /// # Errors
    /// When a role refuses its configuration.
    pub(super) fn roles(&self) -> Result<[Role; 4], Failure> {
        let handlers = HandlerRegistry::built_in(self.built_in());
        Ok([
            self.gateway(handlers.clone()),
            self.read_model(),
            self.processor(handlers)?,
            self.metrics_engine(),
        ])
    }

    fn gateway(&self, handlers: HandlerRegistry) -> Role {
        let config = odd_gateway::Config {
            http: self.http.clone(),
        };
        let dependencies = odd_gateway::Dependencies {
            store: self.store(),
            reader: self.reader(),
            handlers,
        };
        let gateway = Gateway::new(config, self.identities.of(RoleName::Gateway), dependencies);
        Box::new(|listener, shutdown| {
            Box::pin(async { Ok(gateway.run(listener, shutdown).await?) })
        })
    }

    fn read_model(&self) -> Role {
        let services = self.urls.iter().map(|(role, url)| ServiceEndpoint {
            name: role.as_str().to_owned(),
            url: url.clone(),
        });
        let config = odd_read_model::Config {
            http: self.http.clone(),
            services: services.collect(),
            ..odd_read_model::Config::default()
        };
        let ports = odd_read_model::Ports {
            jobs: self.reader(),
            log: self.log(),
            bus: self.bus(),
            views: self.views(),
            clock: clock(),
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
            http: self.http.clone(),
            ..odd_processor::Config::new(self.identities.of(RoleName::Processor), concurrency)
        };
        let processor = Processor::new(config, self.store(), self.reader(), clock(), handlers)
            .map_err(|error| {
                Failure::usage("the processor cannot be started")
                    .cause(error)
                    .hint("ODD_WORKER_TYPES names the types that it takes")
            })?;
        Ok(Box::new(|listener, shutdown| {
            Box::pin(async { Ok(processor.run(listener, shutdown).await?) })
        }))
    }

    fn metrics_engine(&self) -> Role {
        let config = odd_metrics_engine::Config {
            info: self.identities.of(RoleName::MetricsEngine),
            http: self.http.clone(),
        };
        let engine = MetricsEngine::new(
            config,
            self.bus(),
            self.views(),
            self.store(),
            self.reader(),
            clock(),
        );
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

    fn store(&self) -> Arc<dyn JobStore> {
        Arc::new(self.embedded.store.clone())
    }

    fn reader(&self) -> Arc<dyn JobReader> {
        Arc::new(self.embedded.store.clone())
    }

    fn log(&self) -> Arc<dyn EventLog> {
        Arc::new(self.embedded.store.clone())
    }

    fn bus(&self) -> Arc<dyn EventBus> {
        self.embedded.bus.clone()
    }

    fn views(&self) -> Arc<dyn Views> {
        self.embedded.views.clone()
    }
}

fn clock() -> Arc<dyn Clock> {
    Arc::new(SystemClock)
}
