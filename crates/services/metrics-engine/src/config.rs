use odd_service_kit::{HttpConfig, ServiceInfo};

/// How a metrics-engine works.
#[derive(Debug, Clone)]
pub struct Config {
    /// Who it is.
    pub info: ServiceInfo,
    /// Its health and metrics interface.
    pub http: HttpConfig,
}
