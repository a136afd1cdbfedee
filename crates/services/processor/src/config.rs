use std::time::Duration;

use odd_contracts::JobType;
use odd_service_kit::{HttpConfig, ServiceInfo};

/// How a processor works.
#[derive(Debug, Clone)]
pub struct Config {
    /// Who it is; its instance id is the worker id in leases and events.
    pub info: ServiceInfo,
    /// Jobs that it runs at once.
    pub concurrency: usize,
    /// Types that it takes; every type with a handler when absent.
    pub types: Option<Vec<JobType>>,
    /// How long a lease holds. Default 30 s.
    pub lease: Duration,
    /// How often leases are renewed. Default 10 s.
    pub renew_every: Duration,
    /// How long running jobs may take to finish after shutdown began, before they are given back. Default 10 s.
    pub drain_grace: Duration,
    /// How long after that ended attempts may still take to be recorded. Default 10 s.
    pub settle_grace: Duration,
    /// How long finished jobs are kept. Default 7 days.
    pub retention: Duration,
    /// Its health and metrics interface.
    pub http: HttpConfig,
}

impl Config {
    /// The usual settings.
    pub fn new(info: ServiceInfo, concurrency: usize) -> Self {
        Self {
            info,
            concurrency,
            types: None,
            lease: Duration::from_secs(30),
            renew_every: Duration::from_secs(10),
            drain_grace: Duration::from_secs(10),
            settle_grace: Duration::from_secs(10),
            retention: Duration::from_secs(7 * 24 * 60 * 60),
            http: HttpConfig::default(),
        }
    }
}
