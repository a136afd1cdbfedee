//! Alerts without Prometheus: scrapes the roles, evaluates the rules of the contract, and notifies a webhook.

mod alert;
mod config;
mod evaluator;
mod exposition;
mod for_state;
mod rules;
mod scraper;
mod signature;
mod timeline;
mod webhook;

pub use config::{AlertingConfig, ScrapeTarget, WebhookConfig};
pub(crate) use evaluator::Alerting;
pub use rules::InvalidRule;
