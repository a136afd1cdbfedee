use std::sync::Arc;

use odd_contracts::{Timestamp, UiRegistryAnswer};
use tokio_util::sync::CancellationToken;

use crate::freshness::Freshness;
use crate::sources::{Alertmanager, HttpClient, SeriesSource, ServiceProbe, load_ui_registry};
use crate::stream::StreamPlaces;
use crate::{Config, Ports};

/// What every handler may use.
#[derive(Clone)]
pub(crate) struct AppState {
    /// What is read from.
    pub(crate) ports: Ports,
    /// How far the views are behind the log.
    pub(crate) freshness: Freshness,
    /// The alerts.
    pub(crate) alerts: Arc<Alertmanager>,
    /// What time series are made from.
    pub(crate) series: Arc<SeriesSource>,
    /// The other services.
    pub(crate) services: Arc<ServiceProbe>,
    /// The interfaces that can be opened.
    pub(crate) ui_registry: Arc<UiRegistryAnswer>,
    /// The bound on event streams.
    pub(crate) streams: StreamPlaces,
    /// Ends the event streams.
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
        Self {
            ports,
            freshness,
            alerts: Arc::new(Alertmanager::new(
                http.clone(),
                config.alertmanager_url.as_deref(),
            )),
            series: Arc::new(series),
            services: Arc::new(ServiceProbe::new(http, config.services.clone())),
            ui_registry: Arc::new(load_ui_registry(config.ui_registry.as_deref())),
            streams: StreamPlaces::new(config.max_event_streams),
            shutdown,
        }
    }

    /// The present.
    pub(crate) fn now(&self) -> Timestamp {
        self.ports.clock.now()
    }
}
