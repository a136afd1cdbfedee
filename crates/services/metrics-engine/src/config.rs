use std::path::PathBuf;

use odd_service_kit::telemetry::Tracer;
use odd_service_kit::{HttpConfig, ServiceInfo};

/// The settings of a metrics-engine.
#[derive(Debug, Clone)]
pub struct Config {
    /// Service name, instance and version.
    pub info: ServiceInfo,
    /// The health and metrics interface.
    pub http: HttpConfig,
    /// Records the application of last events as spans.
    pub tracer: Tracer,
    /// The data directory, if the stores are files of this process.
    pub data_dir: Option<PathBuf>,
}
