//! Data that is cached because it is expensive to compute, or that does not come from the ports: time series, the health of
//! other services, alerts, and the registry of user interfaces.

mod alert_command_error;
mod alert_mapping;
mod alert_source;
mod alertmanager;
mod cached;
mod http_client;
mod series;
mod service_probe;
mod silence;
mod ui_registry;

pub(crate) use alert_command_error::AlertCommandError;
pub(crate) use alert_source::AlertSource;
pub(crate) use alertmanager::Alertmanager;
pub(crate) use http_client::HttpClient;
pub(crate) use series::SeriesSource;
pub(crate) use service_probe::{ServiceProbe, unavailable_dependencies};
pub(crate) use ui_registry::load_ui_registry;
