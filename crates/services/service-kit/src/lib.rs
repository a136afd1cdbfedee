//! Shared parts of every role: the HTTP server with its limits, correlation ids, problem documents, health, metrics, API
//! documents, access tokens, telemetry and shutdown.
//!
//! It depends on no role, no store and no environment variable: a role passes plain values, and only the binary reads
//! configuration.
//!
//! Entry points: [`Routes`] to declare a role's routes, [`HttpInterface`] to add the shared routes and
//! rules, [`serve`] to answer connections until shutdown.
//!
//! ```no_run
//! # use std::sync::Arc;
//! # use odd_service_kit::*;
//! # async fn example(info: ServiceInfo, shutdown: tokio_util::sync::CancellationToken) -> Result<(), ServeError> {
//! async fn greet(Correlation(id): Correlation) -> Result<String, ProblemResponse> {
//!     Ok(format!("hello, request {id}"))
//! }
//!
//! let metrics = Arc::new(Metrics::new(&info));
//! let config = HttpConfig::default();
//! let routes = Routes::new().add(Route::get("/greeting", Access::Read), greet);
//! let router = HttpInterface::new(info, config.clone(), metrics, "{\"openapi\":\"3.1.0\"}")
//!     .ready_when("store", || async { Ok(()) })
//!     .routes(routes)
//!     .into_router();
//! let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
//! serve(listener, router, &config.limits, shutdown).await
//! # }
//! ```

mod bearer;
mod body;
mod body_budget;
mod bounded_types;
mod config;
mod correlation;
mod cursor;
mod docs;
mod documented_queries;
mod drill_routes;
mod drills;
mod exposition;
mod fault;
mod framing;
mod health;
mod http_interface;
mod in_flight;
mod info;
mod json_answer;
mod listen;
mod media;
mod metrics;
mod metrics_computed;
mod metrics_histogram;
mod metrics_http;
mod metrics_process;
mod metrics_store;
mod metrics_traces;
mod openapi;
mod origin;
mod peer_address;
mod per_type;
mod permit_body;
mod port_checks;
mod problem;
mod query;
mod query_decode;
mod received_at;
mod request_context;
mod request_guard;
mod request_trace;
mod routes;
mod secret_hash;
mod server;
pub mod telemetry;
mod tokens;
mod type_labels;
mod upgrade;
mod write_limit;

pub use bearer::bearer_secret;
pub use body::{JsonBody, parse_json};
pub use bounded_types::bounded_types;
pub use config::{DEFAULT_KEEP_ALIVE, HttpConfig, HttpLimits};
pub use correlation::{CORRELATION_ID_HEADER, Correlation};
pub use cursor::{Cursor, InvalidCursor};
pub use drills::Drills;
pub use fault::Fault;
pub use health::{CheckFailed, Dependency, Health, ReadyReport};
pub use http_interface::HttpInterface;
pub use info::ServiceInfo;
pub use json_answer::Json;
pub use listen::{ListenError, check_listen_address};
pub use metrics::Metrics;
pub use metrics_computed::{ComputedCounter, ComputedGauge};
pub use metrics_histogram::HistogramFamily;
pub use origin::is_same_origin;
pub use peer_address::PeerAddress;
pub use per_type::PerType;
pub use problem::{ProblemCode, ProblemResponse};
pub use query::QueryParams;
pub use received_at::ReceivedAt;
pub use request_trace::RequestTrace;
pub use routes::{Access, Produces, Route, Routes};
pub use secret_hash::SecretHash;
pub use server::{ServeError, serve};
pub use tokens::{Caller, CallerName, Role, Tokens, TokensError};
pub use type_labels::{ByType, TypeLabel};
pub use upgrade::{Upgrade, UpgradedStream};
