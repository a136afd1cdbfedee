//! The configuration of Prometheus and Alertmanager under `infra/`: adapted to a cluster, and checked with the real
//! programs.

mod routes;
mod scrape;
#[cfg(test)]
mod tests;
mod yaml;

pub(crate) use routes::{AlertRoutes, alert_routes};
pub(crate) use scrape::{ScrapeConfiguration, Target};
