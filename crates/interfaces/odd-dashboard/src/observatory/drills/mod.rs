//! What a drill breaks: decorators over ports, which are in place only where drills are allowed.

mod broker;
mod handlers;
mod tcp_relay;
mod views;
mod work;

use std::sync::Arc;

use odd_core::ports::{Views, WorkQueue};
use odd_service_kit::{Drills, Fault};
use odd_worker::HandlerRegistry;

pub(super) use self::broker::BrokerDrill;
use self::handlers::FailingHandler;
use self::views::UnavailableViews;
use self::work::StoppedWork;
use crate::role_name::RoleName;

/// The faults of one role, and the decorators that carry them out.
pub(super) enum RoleDrills {
    /// Nothing is decorated.
    NotAllowed,
    Allowed {
        role: RoleName,
        failing_jobs: Fault,
        stopped_worker: Fault,
        views_unavailable: Fault,
        broker_unavailable: Option<Fault>,
    },
}

impl RoleDrills {
    /// Prepares the faults of a role that was started with drills allowed. In a cluster, `broker` is its fault of the broker.
    pub(super) fn allowed(role: RoleName, broker: Option<Fault>) -> Self {
        Self::Allowed {
            role,
            failing_jobs: Fault::new("failing-jobs").taking_job_type(),
            stopped_worker: Fault::new("stopped-worker").stopping_http(),
            views_unavailable: Fault::new("views-unavailable"),
            broker_unavailable: broker,
        }
    }

    /// Returns what the HTTP interface of the role starts and ends.
    pub(super) fn handle(&self) -> Drills {
        let Self::Allowed {
            role,
            failing_jobs,
            stopped_worker,
            views_unavailable,
            broker_unavailable,
        } = self
        else {
            return Drills::default();
        };
        let own = match role {
            RoleName::Gateway | RoleName::Web | RoleName::WebPty => vec![],
            RoleName::Processor => vec![failing_jobs.clone(), stopped_worker.clone()],
            RoleName::ReadModel | RoleName::MetricsEngine => vec![views_unavailable.clone()],
        };
        Drills::allowed(own.into_iter().chain(broker_unavailable.clone()))
    }

    /// Lets a drill fail the attempts of a job type.
    pub(super) fn handlers(&self, handlers: HandlerRegistry) -> HandlerRegistry {
        let Self::Allowed { failing_jobs, .. } = self else {
            return handlers;
        };
        let mut decorated = HandlerRegistry::new();
        let found = handlers.types().filter_map(|name| handlers.get(name));
        for handler in found {
            decorated.register(FailingHandler {
                inner: Arc::clone(handler),
                fault: failing_jobs.clone(),
            });
        }
        decorated
    }

    /// Lets a drill stop a worker.
    pub(super) fn work(&self, inner: Arc<dyn WorkQueue>) -> Arc<dyn WorkQueue> {
        match self {
            Self::NotAllowed => inner,
            Self::Allowed { stopped_worker, .. } => Arc::new(StoppedWork {
                inner,
                fault: stopped_worker.clone(),
            }),
        }
    }

    /// Lets a drill take the views away.
    pub(super) fn views(&self, inner: Arc<dyn Views>) -> Arc<dyn Views> {
        match self {
            Self::NotAllowed => inner,
            Self::Allowed {
                views_unavailable, ..
            } => Arc::new(UnavailableViews {
                inner,
                fault: views_unavailable.clone(),
            }),
        }
    }
}
