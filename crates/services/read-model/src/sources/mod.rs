//! Data that is cached because it is expensive to compute, or that does not come from the ports: time series, the health of
//! other services, alerts, and the registry of user interfaces.

mod alert_command_error;
mod alert_links;
mod alert_mapping;
mod alert_source;
mod alertmanager;
mod cached;
mod costly_value;
mod failures;
mod http_client;
mod series;
mod service_probe;
mod silence;
#[cfg(test)]
pub(crate) mod slow_views;
mod type_totals;
mod ui_registry;

pub(crate) use alert_command_error::AlertCommandError;
pub(crate) use alert_links::AlertLinks;
pub(crate) use alert_source::AlertSource;
pub(crate) use alertmanager::Alertmanager;
pub(crate) use costly_value::CostlyValue;
pub(crate) use failures::FailureSource;
pub(crate) use http_client::HttpClient;
pub(crate) use series::SeriesSource;
pub(crate) use service_probe::{ServiceProbe, unavailable_dependencies};
pub(crate) use type_totals::TypeTotalsSource;
pub(crate) use ui_registry::load_ui_registry;
