use std::future::Future;
use std::sync::Arc;

use axum::Router;
use axum::http::{HeaderName, HeaderValue, Method, header};
use odd_contracts::TraceContext;
use tower_http::cors::{AllowOrigin, CorsLayer};

use crate::docs::{get_docs_file, get_docs_index, get_metrics, get_openapi, redirect_to_docs};
use crate::documented_queries::DocumentedQueries;
use crate::drill_routes::drill_routes;
use crate::health::{CheckFailed, Dependency, Readiness, get_health, get_readiness};
use crate::openapi::bundle;
use crate::request_guard::RequestGuard;
use crate::telemetry::Tracer;
use crate::{
    Access, CORRELATION_ID_HEADER, HttpConfig, Metrics, ProblemCode, ProblemResponse, Produces,
    Route, Routes, ServiceInfo,
};

/// The routes of a role and those that every role has, with the rules that apply to all of them: correlation ids, problem
/// documents, host and origin checks, tokens, content negotiation, the limit on requests in flight, metrics, and 500 for
/// panics.
pub struct HttpInterface {
    info: Arc<ServiceInfo>,
    config: HttpConfig,
    metrics: Arc<Metrics>,
    openapi: Arc<str>,
    readiness: Readiness,
    routes: Routes,
    is_waiting: bool,
    tracer: Tracer,
}

impl HttpInterface {
    /// Creates an interface with the shared routes only. `openapi` is the document of the role from `contracts/openapi`;
    /// `/openapi.json` serves it with every schema that it refers to.
    ///
    /// # Panics
    /// If the document is not JSON or refers to a schema that does not exist.
    pub fn new(
        info: ServiceInfo,
        config: HttpConfig,
        metrics: Arc<Metrics>,
        openapi: &'static str,
    ) -> Self {
        let mut readiness = Readiness::new(Arc::clone(&metrics));
        for dependency in &config.dependencies {
            readiness.add(dependency.clone());
        }
        Self {
            info: Arc::new(info),
            config,
            openapi: bundle(openapi)
                .expect("the documents of this build are complete; a test checks that")
                .into(),
            readiness,
            metrics,
            routes: Routes::new(),
            is_waiting: false,
            tracer: Tracer::default(),
        }
    }

    /// Makes `/readyz` depend on a check.
    #[must_use]
    pub fn ready_when<F, R>(mut self, dependency: &'static str, check: F) -> Self
    where
        F: Fn() -> R + Send + Sync + 'static,
        R: Future<Output = Result<(), CheckFailed>> + Send + 'static,
    {
        self.readiness.add(Dependency::required(dependency, check));
        self
    }

    /// Answers every route that is not shared with 503, until the dependencies of the role are available.
    #[must_use]
    pub fn while_waiting(self) -> Self {
        Self {
            is_waiting: true,
            ..self
        }
    }

    /// Records the requests of traced routes.
    #[must_use]
    pub fn traced_by(self, tracer: Tracer) -> Self {
        Self { tracer, ..self }
    }

    /// Adds routes of the role.
    #[must_use]
    pub fn routes(mut self, routes: Routes) -> Self {
        self.routes.table.extend(routes.table);
        self.routes.router = self.routes.router.merge(routes.router);
        self
    }

    /// Returns every route, including the shared ones. The OpenAPI document must list exactly these.
    pub fn route_table(&self) -> Vec<Route> {
        let mut table = self.shared_routes().table;
        table.extend(self.routes.table.iter().cloned());
        table
    }

    /// Returns the complete router.
    pub fn into_router(self) -> Router {
        let table = self.route_table();
        let router = self.shared_routes().router.merge(self.routes.router);
        let cors = cors(&self.config);
        let documented = DocumentedQueries::of(&self.openapi);
        let guard = RequestGuard::new(&self.config, self.metrics, self.tracer, table, documented);
        let router = match self.is_waiting {
            true => router.fallback(answer_not_ready),
            false => router.fallback(answer_unknown_route),
        };
        let router = router
            .method_not_allowed_fallback(answer_wrong_method)
            .layer(guard);
        match cors {
            Some(cors) => router.layer(cors),
            None => router,
        }
    }

    fn shared_routes(&self) -> Routes {
        let health = Routes::new()
            .add(Route::get("/healthz", Access::Open), get_health)
            .with_state(Arc::clone(&self.info));
        let readiness = Routes::new()
            .add(Route::get("/readyz", Access::Open), get_readiness)
            .with_state(self.readiness.clone());
        let metrics = Routes::new()
            .add(anything("/metrics", Access::Read), get_metrics)
            .with_state(self.readiness.clone());
        let docs = Routes::new()
            .add(Route::get("/openapi.json", Access::AnyToken), get_openapi)
            .add(anything("/docs", Access::AnyToken), redirect_to_docs)
            .add(anything("/docs/", Access::AnyToken), get_docs_index)
            .add(anything("/docs/{file}", Access::AnyToken), get_docs_file)
            .with_state(Arc::clone(&self.openapi));
        let drills = drill_routes(self.config.drills.clone(), Arc::clone(&self.info));
        [health, readiness, metrics, docs, drills]
            .into_iter()
            .reduce(|mut all, more| {
                all.table.extend(more.table);
                all.router = all.router.merge(more.router);
                all
            })
            .expect("there are shared routes")
    }
}

const fn anything(path: &'static str, access: Access) -> Route {
    Route::get(path, access).produces(Produces::Anything)
}

async fn answer_unknown_route() -> ProblemResponse {
    ProblemResponse::new(
        ProblemCode::NotFound,
        "there is no such route; /docs lists all routes",
    )
}

async fn answer_not_ready() -> ProblemResponse {
    ProblemResponse::new(
        ProblemCode::Unavailable,
        "the service is starting; /readyz names what it waits for",
    )
}

async fn answer_wrong_method() -> ProblemResponse {
    ProblemResponse::new(
        ProblemCode::MethodNotAllowed,
        "the route does not have this method; the Allow header lists those that it has",
    )
}

/// Returns the layer that lets pages of the configured origins read responses, if origins are configured.
fn cors(config: &HttpConfig) -> Option<CorsLayer> {
    if config.allowed_origins.is_empty() {
        return None;
    }
    let origins = config.allowed_origins.iter();
    let origins = origins.filter_map(|origin| HeaderValue::from_str(origin).ok());
    let exposed = [
        CORRELATION_ID_HEADER,
        header::LOCATION,
        header::RETRY_AFTER,
        HeaderName::from_static("idempotent-replayed"),
        HeaderName::from_static("unique-job-exists"),
    ];
    let sent = [
        CORRELATION_ID_HEADER,
        HeaderName::from_static(TraceContext::HEADER),
        header::CONTENT_TYPE,
        header::AUTHORIZATION,
        HeaderName::from_static("idempotency-key"),
        HeaderName::from_static("last-event-id"),
    ];
    Some(
        CorsLayer::new()
            .allow_origin(AllowOrigin::list(origins))
            .allow_methods([Method::GET, Method::POST, Method::PUT, Method::DELETE])
            .allow_headers(sent)
            .expose_headers(exposed),
    )
}
