use std::collections::HashMap;
use std::convert::Infallible;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use axum::extract::{MatchedPath, Request};
use axum::http::header::{AUTHORIZATION, X_CONTENT_TYPE_OPTIONS};
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method};
use axum::response::Response;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use odd_contracts::CorrelationId;
use tower::{Layer, Service};

use crate::body::BodyLimits;
use crate::body_budget::BodyBudget;
use crate::correlation::{CORRELATION_ID_HEADER, correlation_id, header_value};
use crate::framing::AmbiguousFraming;
use crate::held_answer::hold;
use crate::media::is_acceptable;
use crate::metrics_http::{UNMATCHED, method_label};
use crate::origin::OriginPolicy;
use crate::server::BeyondBound;
use crate::{Access, HttpConfig, Metrics, ProblemCode, ProblemResponse, Produces, Route, Tokens};

/// What the front found out about a request; the extractors read it.
#[derive(Debug, Clone)]
pub(crate) struct RequestContext {
    pub(crate) correlation_id: CorrelationId,
    pub(crate) body: BodyLimits,
}

/// The layer around every route. It is one service rather than a stack of middleware because every layer
/// costs each request an allocation or two.
#[derive(Clone)]
pub(crate) struct Front(Arc<Rules>);

struct Rules {
    routes: HashMap<&'static str, Vec<Route>>,
    origins: OriginPolicy,
    tokens: Option<Arc<Tokens>>,
    body_read_timeout: Duration,
    body_budget: BodyBudget,
    max_in_flight: usize,
    in_flight: AtomicUsize,
    metrics: Arc<Metrics>,
}

impl Front {
    pub(crate) fn new(config: &HttpConfig, metrics: Arc<Metrics>, table: Vec<Route>) -> Self {
        let mut routes: HashMap<_, Vec<Route>> = HashMap::new();
        for route in table {
            routes.entry(route.path).or_default().push(route);
        }
        Self(Arc::new(Rules {
            routes,
            origins: OriginPolicy::new(config),
            tokens: config.tokens.clone(),
            body_read_timeout: config.limits.body_read_timeout,
            body_budget: BodyBudget::new(config.limits.body_budget_bytes),
            max_in_flight: config.limits.max_in_flight,
            in_flight: AtomicUsize::new(0),
            metrics,
        }))
    }
}

impl<S> Layer<S> for Front {
    type Service = FrontService<S>;

    fn layer(&self, inner: S) -> FrontService<S> {
        FrontService {
            rules: Arc::clone(&self.0),
            inner,
        }
    }
}

#[derive(Clone)]
pub(crate) struct FrontService<S> {
    rules: Arc<Rules>,
    inner: S,
}

impl<S> Service<Request> for FrontService<S>
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
        let exchange = Exchange::begin(&self.rules, &request);
        let (mut parts, body) = request.into_parts();
        let admitted = exchange
            .rules
            .admit(&parts, exchange.route.as_ref())
            .map(|place| {
                parts.extensions.insert(RequestContext {
                    correlation_id: exchange.correlation_id,
                    body: exchange.body_limits(),
                });
                (self.inner.call(Request::from_parts(parts, body)), place)
            });
        Box::pin(async move {
            let response = match admitted {
                Ok((answering, place)) => {
                    let response = AssertUnwindSafe(answering).catch_unwind().await;
                    let response = response.unwrap_or_else(|_| Ok(exchange.answer_panic()));
                    response.map(|response| hold(place, response))
                }
                Err(problem) => Ok(problem.render(exchange.correlation_id)),
            };
            response.map(|response| exchange.finish(response))
        })
    }
}

impl Rules {
    /// Everything that is decided before the handler runs.
    fn admit(
        self: &Arc<Self>,
        request: &Parts,
        route: Option<&Route>,
    ) -> Result<Option<Place>, ProblemResponse> {
        let access = route.map_or(Access::AnyToken, |route| route.access);
        let place = match access {
            Access::Open => None,
            _ if request.extensions.get::<BeyondBound>().is_some() => {
                return Err(ProblemResponse::new(
                    ProblemCode::TooManyRequests,
                    "too many connections are open; try again shortly",
                ));
            }
            _ => Some(self.take_place()?),
        };
        if request.extensions.get::<AmbiguousFraming>().is_some() {
            return Err(ProblemResponse::new(
                ProblemCode::BadRequest,
                "a request must not carry both Transfer-Encoding and Content-Length",
            ));
        }
        self.origins.check(request)?;
        self.authorize(request, access)?;
        let produces = route.map_or(Produces::Anything, |route| route.produces);
        if !is_acceptable(&request.headers, produces) {
            return Err(ProblemResponse::new(
                ProblemCode::NotAcceptable,
                "the Accept header leaves out every media type that this route answers with",
            ));
        }
        Ok(place)
    }

    fn authorize(&self, request: &Parts, access: Access) -> Result<(), ProblemResponse> {
        let Some(tokens) = self.tokens.as_ref().filter(|_| access != Access::Open) else {
            return Ok(());
        };
        let caller = bearer_secret(request)
            .and_then(|secret| tokens.authenticate(secret))
            .ok_or_else(|| {
                ProblemResponse::new(
                    ProblemCode::Unauthenticated,
                    "send a known token as Authorization: Bearer",
                )
            })?;
        if access.allows(caller.role) {
            return Ok(());
        }
        tracing::info!(caller = %caller.name, ?access, "refused a caller of another role");
        Err(ProblemResponse::new(
            ProblemCode::Forbidden,
            "the role of this token does not cover this route",
        ))
    }

    fn take_place(self: &Arc<Self>) -> Result<Place, ProblemResponse> {
        let place = Place(Arc::clone(self));
        if self.in_flight.fetch_add(1, Ordering::Relaxed) < self.max_in_flight {
            return Ok(place);
        }
        Err(ProblemResponse::new(
            ProblemCode::TooManyRequests,
            "too many requests are being answered; try again shortly",
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

/// One of the bounded places for requests in flight.
struct Place(Arc<Rules>);

impl Drop for Place {
    fn drop(&mut self) {
        self.0.in_flight.fetch_sub(1, Ordering::Relaxed);
    }
}

/// One request and its response.
struct Exchange {
    rules: Arc<Rules>,
    correlation_id: CorrelationId,
    path: &'static str,
    route: Option<Route>,
    method: &'static str,
    began: Instant,
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
        }
    }

    fn body_limits(&self) -> BodyLimits {
        BodyLimits {
            max_bytes: self.route.as_ref().map_or(0, |route| route.max_body_bytes),
            read_timeout: self.rules.body_read_timeout,
            budget: self.rules.body_budget.clone(),
        }
    }

    fn answer_panic(&self) -> Response {
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
        response
    }
}

fn bearer_secret(request: &Parts) -> Option<&str> {
    let value = request.headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, secret) = value.split_once(' ')?;
    scheme
        .eq_ignore_ascii_case("bearer")
        .then(|| secret.trim_start_matches(' '))
}
