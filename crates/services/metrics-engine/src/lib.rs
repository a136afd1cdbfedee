//! The role that follows the event stream and folds it into the views: counts, rates and durations. In the embedded
//! deployment it also evaluates the alert rules.
//!
//! It must not know which bus, views or store are behind the ports, nor any other service.
//!
//! Entry point: [`MetricsEngine`].

mod alerting;
mod archiver;
mod config;
mod consumer;
mod dead_letters;
mod disk;
mod engine;
mod lag;
mod last_event_trace;
mod metrics;
mod outbox;
mod queues;

pub use alerting::{AlertingConfig, InvalidRule, ScrapeTarget, WebhookConfig};
pub use config::Config;
pub use engine::{Error, MetricsEngine, OPENAPI, Ports};
