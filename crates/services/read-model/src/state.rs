use std::sync::Arc;

use odd_contracts::{Timestamp, UiRegistryAnswer};
use tokio_util::sync::CancellationToken;

use crate::config::Config;
use crate::freshness::Freshness;
use crate::health::HealthSource;
use crate::history::QueueHistory;
use crate::integrity::IntegritySource;
use crate::ports::Ports;
use crate::sources::{
    AlertLinks, AlertSource, Alertmanager, FailureSource, HttpClient, SeriesSource, ServiceProbe,
    TypeTotalsSource, load_ui_registry,
};
use crate::stream::StreamLimit;

/// What every request handler can use.
#[derive(Clone)]
pub(crate) struct AppState {
    /// The adapters.
    pub(crate) ports: Ports,
    /// How far the views are behind the log.
    pub(crate) freshness: Freshness,
    /// Alerts.
    pub(crate) alerts: Arc<AlertSource>,
    /// Time series, cached.
    pub(crate) series: Arc<SeriesSource>,
    /// Past depths of queues.
    pub(crate) queue_history: Arc<QueueHistory>,
    /// Totals by job type, cached.
    pub(crate) types: Arc<TypeTotalsSource>,
    /// Failures by kind, cached.
    pub(crate) failures: Arc<FailureSource>,
    /// The comparison of the log with the store, cached.
    pub(crate) integrity: Arc<IntegritySource>,
    /// The health of the other services.
    pub(crate) services: Arc<ServiceProbe>,
    /// Since when the causes of a bad state have been known.
    pub(crate) health: Arc<HealthSource>,
    /// The user interfaces that can be opened.
    pub(crate) ui_registry: Arc<UiRegistryAnswer>,
    /// The limit on open event streams.
    pub(crate) streams: StreamLimit,
    /// Ends event streams.
    pub(crate) shutdown: CancellationToken,
}

impl AppState {
    pub(crate) fn new(config: &Config, ports: Ports, shutdown: CancellationToken) -> Self {
        let http = HttpClient::new();
        let freshness = Freshness::new(
            Arc::clone(&ports.log),
            Arc::clone(&ports.views),
            Arc::clone(&ports.clock),
        );
        let series = SeriesSource::new(
            Arc::clone(&ports.views),
            freshness.clone(),
            Arc::clone(&ports.clock),
        );
        let types = TypeTotalsSource::new(Arc::clone(&ports.views), Arc::clone(&ports.clock));
        let failures = FailureSource::new(Arc::clone(&ports.views));
        let integrity = IntegritySource::new(
            Arc::clone(&ports.jobs),
            Arc::clone(&ports.log),
            Arc::clone(&ports.views),
            Arc::clone(&ports.clock),
        );
        let ui_registry = load_ui_registry(config);
        let alerts = match &ports.alerts {
            Some(book) => AlertSource::Book(Arc::clone(book)),
            None => AlertSource::Alertmanager(Box::new(Alertmanager::new(
                http.clone(),
                config.alertmanager_url.as_deref(),
                AlertLinks::to(&ui_registry.registry),
            ))),
        };
        Self {
            ports,
            freshness,
            alerts: Arc::new(alerts),
            series: Arc::new(series),
            queue_history: Arc::new(QueueHistory::new()),
            types: Arc::new(types),
            failures: Arc::new(failures),
            integrity: Arc::new(integrity),
            services: Arc::new(ServiceProbe::new(http, config.services.clone())),
            health: Arc::default(),
            ui_registry: Arc::new(ui_registry),
            streams: StreamLimit::new(config.max_event_streams),
            shutdown,
        }
    }

    /// Returns the current time of the store's clock.
    pub(crate) fn now(&self) -> Timestamp {
        self.ports.clock.now()
    }
}
