//! What is dear to ask and therefore kept for a moment, or comes from elsewhere than the ports: time series,
//! other services, Alertmanager, the registry of interfaces.

mod alert_mapping;
mod alertmanager;
mod cached;
mod http_client;
mod series;
mod service_probe;
mod ui_registry;

pub(crate) use alertmanager::Alertmanager;
pub(crate) use http_client::HttpClient;
pub(crate) use series::SeriesSource;
pub(crate) use service_probe::ServiceProbe;
pub(crate) use ui_registry::load_ui_registry;
