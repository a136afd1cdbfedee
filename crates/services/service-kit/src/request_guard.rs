use std::collections::HashMap;
use std::convert::Infallible;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use axum::extract::{MatchedPath, Request};
use axum::http::header::X_CONTENT_TYPE_OPTIONS;
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method};
use axum::response::Response;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use odd_contracts::{CorrelationId, TraceContext};
use tower::{Layer, Service};

use crate::bearer::bearer_secret;
use crate::body_budget::BodyBudget;
use crate::correlation::{CORRELATION_ID_HEADER, correlation_id, header_value};
use crate::documented_queries::DocumentedQueries;
use crate::drill_routes::is_of_drills;
use crate::framing::AmbiguousFraming;
use crate::in_flight::{InFlightLimit, InFlightPermit};
use crate::media::{is_acceptable, prefers_page};
use crate::metrics_http::{UNMATCHED, method_label};
use crate::origin::OriginPolicy;
use crate::permit_body::hold_permit;
use crate::request_context::{BodyLimits, RequestContext};
use crate::request_trace::TracedRequest;
use crate::server::OverConnectionLimit;
use crate::telemetry::{LogContext, Tracer};
use crate::{
    Access, Caller, Fault, HttpConfig, Metrics, ProblemCode, ProblemResponse, Produces, Route,
    Tokens,
};

/// The layer around every route: correlation ids, limits, tokens, origins, problem documents, metrics and panics.
///
/// It is one service instead of a stack of middleware because each layer costs every request one or two allocations;
/// ADR 0021 compares it with the layers of tower and tower-http.
#[derive(Clone)]
pub(crate) struct RequestGuard(Arc<Rules>);

struct Rules {
    routes: HashMap<&'static str, Vec<Route>>,
    queries: DocumentedQueries,
    origins: OriginPolicy,
    tokens: Option<Arc<Tokens>>,
    body_read_timeout: Duration,
    body_budget: BodyBudget,
    in_flight: InFlightLimit,
    metrics: Arc<Metrics>,
    tracer: Tracer,
    /// While this fault is active, only the routes of drills are answered. `None` unless drills are allowed.
    stopping: Option<Fault>,
}

impl RequestGuard {
    pub(crate) fn new(
        config: &HttpConfig,
        metrics: Arc<Metrics>,
        tracer: Tracer,
        table: Vec<Route>,
        queries: DocumentedQueries,
    ) -> Self {
        let mut routes: HashMap<_, Vec<Route>> = HashMap::new();
        for route in table {
            routes.entry(route.path).or_default().push(route);
        }
        Self(Arc::new(Rules {
            routes,
            queries,
            origins: OriginPolicy::new(config),
            tokens: config.tokens.clone(),
            body_read_timeout: config.limits.body_read_timeout,
            body_budget: BodyBudget::new(config.limits.body_budget_bytes),
            in_flight: InFlightLimit::new(config.limits.max_in_flight),
            metrics,
            tracer,
            stopping: config.drills.stopping_http(),
        }))
    }
}

impl<S> Layer<S> for RequestGuard {
    type Service = GuardedService<S>;

    fn layer(&self, inner: S) -> GuardedService<S> {
        GuardedService {
            rules: Arc::clone(&self.0),
            inner,
        }
    }
}

#[derive(Clone)]
pub(crate) struct GuardedService<S> {
    rules: Arc<Rules>,
    inner: S,
}

impl<S> Service<Request> for GuardedService<S>
where
    S: Service<Request, Response = Response, Error = Infallible>,
    S::Future: Send + 'static,
{
    type Response = Response;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Response, Infallible>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let mut exchange = Exchange::begin(&self.rules, &request);
        let (mut parts, body) = request.into_parts();
        let is_page = exchange.serves_page_to(&parts);
        let admitted =
            exchange
                .rules
                .admit(&parts, exchange.route.as_ref())
                .map(|(permit, caller)| {
                    // Not before: a sender that may not call the route must not cause the work of a recorded request.
                    exchange.sample(&parts);
                    if let Some(caller) = caller {
                        parts.extensions.insert(caller);
                    }
                    parts.extensions.insert(exchange.context());
                    (self.inner.call(Request::from_parts(parts, body)), permit)
                });
        Box::pin(exchange.log_context().scope(async move {
            let response = match admitted {
                Ok((answering, permit)) => {
                    let response = AssertUnwindSafe(answering).catch_unwind().await;
                    let response = response.unwrap_or_else(|_| Ok(exchange.panic_response()));
                    response.map(|response| hold_permit(permit, response))
                }
                Err(problem) if is_page => Ok(problem.render_page(exchange.correlation_id)),
                Err(problem) => Ok(problem.render(exchange.correlation_id)),
            };
            response.map(|response| exchange.finish(response))
        }))
    }
}

impl Rules {
    /// Decides whether the handler may run. Open routes need no permit. The caller is known if tokens are required.
    fn admit(
        &self,
        request: &Parts,
        route: Option<&Route>,
    ) -> Result<(Option<InFlightPermit>, Option<Caller>), ProblemResponse> {
        self.check_drill(route)?;
        let access = route.map_or(Access::AnyToken, |route| route.access);
        let permit = match access {
            Access::Open => None,
            _ if request.extensions.get::<OverConnectionLimit>().is_some() => {
                return Err(ProblemResponse::new(
                    ProblemCode::TooManyRequests,
                    "too many connections are open; retry shortly",
                ));
            }
            _ => Some(self.in_flight.try_acquire()?),
        };
        if request.extensions.get::<AmbiguousFraming>().is_some() {
            return Err(ProblemResponse::new(
                ProblemCode::BadRequest,
                "a request must not carry both Transfer-Encoding and Content-Length",
            ));
        }
        self.origins.check(request)?;
        let caller = self.authorize(request, access)?;
        if let Some(route) = route {
            self.queries.check(route, &request.uri)?;
        }
        let produces = route.map_or(Produces::Anything, |route| route.produces);
        if !is_acceptable(&request.headers, produces) {
            return Err(ProblemResponse::new(
                ProblemCode::NotAcceptable,
                "the Accept header excludes every media type that this route produces",
            ));
        }
        Ok((permit, caller))
    }

    /// Refuses every route except those of drills while a drill has stopped the interface.
    fn check_drill(&self, route: Option<&Route>) -> Result<(), ProblemResponse> {
        let Some(fault) = &self.stopping else {
            return Ok(());
        };
        let is_answered = route.is_some_and(|route| is_of_drills(route.path));
        match fault.is_active() && !is_answered {
            true => Err(ProblemResponse::unavailable(
                "a drill has stopped this process; /drills shows for how long",
            )),
            false => Ok(()),
        }
    }

    fn authorize(
        &self,
        request: &Parts,
        access: Access,
    ) -> Result<Option<Caller>, ProblemResponse> {
        let Some(tokens) = self.tokens.as_ref().filter(|_| access != Access::Open) else {
            return Ok(None);
        };
        let caller = bearer_secret(&request.headers).and_then(|secret| tokens.authenticate(secret));
        if access == Access::Public {
            return Ok(caller);
        }
        let caller = caller.ok_or_else(|| {
            ProblemResponse::new(
                ProblemCode::Unauthenticated,
                "send a known token as Authorization: Bearer",
            )
        })?;
        if access.allows(caller.role) {
            return Ok(Some(caller));
        }
        tracing::info!(caller = %caller.name, ?access, "refused a caller whose role does not cover the route");
        Err(ProblemResponse::new(
            ProblemCode::Forbidden,
            "the role of this token does not cover this route",
        ))
    }

    fn find(&self, request: &Request) -> (Option<&'static str>, Option<Route>) {
        let Some(matched) = request.extensions().get::<MatchedPath>() else {
            return (None, None);
        };
        let Some((path, routes)) = self.routes.get_key_value(matched.as_str()) else {
            return (None, None);
        };
        let method = match *request.method() {
            Method::HEAD => &Method::GET,
            ref method => method,
        };
        let route = routes.iter().find(|route| route.method == *method);
        (Some(path), route.cloned())
    }
}

/// One request with its response.
struct Exchange {
    rules: Arc<Rules>,
    correlation_id: CorrelationId,
    path: &'static str,
    route: Option<Route>,
    method: &'static str,
    began: Instant,
    traced: Option<TracedRequest>,
}

impl Exchange {
    fn begin(rules: &Arc<Rules>, request: &Request) -> Self {
        let (path, route) = rules.find(request);
        Self {
            rules: Arc::clone(rules),
            correlation_id: correlation_id(request.headers()),
            path: path.unwrap_or(UNMATCHED),
            route,
            method: method_label(request.method()),
            began: Instant::now(),
            traced: None,
        }
    }

    /// Decides whether the request is recorded.
    fn sample(&mut self, request: &Parts) {
        if self.route.as_ref().is_some_and(|route| route.is_traced) {
            self.traced = TracedRequest::sample(&self.rules.tracer, request);
        }
    }

    /// Returns `true` if a browser requests a page.
    fn serves_page_to(&self, request: &Parts) -> bool {
        let produces = self.route.as_ref().map(|route| route.produces);
        produces == Some(Produces::Anything) && prefers_page(&request.headers)
    }

    fn context(&self) -> RequestContext {
        RequestContext {
            correlation_id: self.correlation_id,
            trace: self.trace(),
            received_at: self.began,
            body: self.body_limits(),
        }
    }

    /// Returns the span of the request, if it is recorded.
    fn trace(&self) -> Option<TraceContext> {
        self.traced.as_ref().map(|traced| traced.context)
    }

    fn log_context(&self) -> LogContext {
        LogContext::of_request(self.correlation_id, self.trace())
    }

    fn body_limits(&self) -> BodyLimits {
        BodyLimits {
            max_bytes: self.route.as_ref().map_or(0, |route| route.max_body_bytes),
            read_timeout: self.rules.body_read_timeout,
            budget: self.rules.body_budget.clone(),
        }
    }

    fn panic_response(&self) -> Response {
        tracing::error!(
            correlation_id = %self.correlation_id.0,
            route = self.path,
            "a handler panicked"
        );
        ProblemResponse::internal().render(self.correlation_id)
    }

    fn finish(self, mut response: Response) -> Response {
        if let Some(problem) = response.extensions_mut().remove::<ProblemResponse>() {
            let kept = std::mem::take(response.headers_mut());
            response = problem.render(self.correlation_id);
            response.headers_mut().extend(kept);
        }
        let headers = response.headers_mut();
        headers.insert(CORRELATION_ID_HEADER, header_value(self.correlation_id));
        headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        let took = self.began.elapsed();
        let http = &self.rules.metrics.http;
        http.observe(self.path, self.method, response.status(), took);
        if let Some(traced) = self.traced {
            let route = (self.method, self.path);
            traced.finish(&self.rules.tracer, route, self.correlation_id, &response);
        }
        response
    }
}
