use std::sync::Arc;

use odd_core::ports::{JobCommands, JobReader};
use odd_service_kit::telemetry::Tracer;
use odd_worker::HandlerRegistry;
use tokio::sync::Semaphore;

use crate::metrics::SubmissionMetrics;

/// State of the request handlers. Every request clones the reference.
pub(crate) type SharedState = Arc<GatewayState>;

pub(crate) struct GatewayState {
    pub(crate) jobs: Arc<dyn JobCommands>,
    pub(crate) reader: Arc<dyn JobReader>,
    pub(crate) handlers: HandlerRegistry,
    pub(crate) submissions: SubmissionMetrics,
    pub(crate) parsers: Arc<Semaphore>,
    pub(crate) tracer: Tracer,
}
