use std::time::{Duration, Instant};

use odd_contracts::{CorrelationId, TraceContext};

use crate::body_budget::BodyBudget;

/// Extension of every admitted request, which the extractors read.
#[derive(Debug, Clone)]
pub(crate) struct RequestContext {
    pub(crate) correlation_id: CorrelationId,
    /// The span of the request, if it is recorded.
    pub(crate) trace: Option<TraceContext>,
    /// When the head of the request had arrived.
    pub(crate) received_at: Instant,
    pub(crate) body: BodyLimits,
}

/// Bounds on the body of one request.
#[derive(Debug, Clone)]
pub(crate) struct BodyLimits {
    pub(crate) max_bytes: usize,
    pub(crate) read_timeout: Duration,
    pub(crate) budget: BodyBudget,
}
