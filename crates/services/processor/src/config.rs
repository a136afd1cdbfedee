use std::collections::BTreeMap;
use std::time::Duration;

use odd_contracts::JobType;
use odd_service_kit::telemetry::Tracer;
use odd_service_kit::{HttpConfig, ServiceInfo};

use crate::Objective;

/// The settings of a processor.
#[derive(Debug, Clone)]
pub struct Config {
    /// Service name, instance and version. The instance id is the worker id in leases and events.
    pub info: ServiceInfo,
    /// Largest number of jobs that run at the same time.
    pub concurrency: usize,
    /// Job types to claim; every type that has a handler when absent.
    pub types: Option<Vec<JobType>>,
    /// How long a lease is valid. Default 30 s.
    pub lease: Duration,
    /// How often leases are renewed. Default 10 s.
    pub renew_every: Duration,
    /// How long running jobs may take to finish after shutdown began, before they are released. Default 10 s.
    pub drain_grace: Duration,
    /// How long results may still take to be recorded after `drain_grace`. Default 10 s.
    pub record_grace: Duration,
    /// How long finished jobs are kept. Default 7 days.
    pub retention: Duration,
    /// Objectives of job types, at most 100. Default none.
    pub objectives: BTreeMap<JobType, Objective>,
    /// The health and metrics interface.
    pub http: HttpConfig,
    /// Records attempts as spans.
    pub tracer: Tracer,
}

impl Config {
    /// Creates the default settings.
    pub fn new(info: ServiceInfo, concurrency: usize) -> Self {
        Self {
            info,
            concurrency,
            types: None,
            lease: Duration::from_secs(30),
            renew_every: Duration::from_secs(10),
            drain_grace: Duration::from_secs(10),
            record_grace: Duration::from_secs(10),
            retention: Duration::from_secs(7 * 24 * 60 * 60),
            objectives: BTreeMap::new(),
            http: HttpConfig::default(),
            tracer: Tracer::default(),
        }
    }
}
