use axum::Router;
use axum::handler::Handler;
use axum::http::Method;
use axum::routing::{MethodFilter, on};

use crate::Role;

/// Roles that may use a route if tokens are required.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Access {
    /// Every caller, even without a token; not counted against the limit on requests in flight.
    Open,
    /// Every caller, even without a token. The caller of a known token is still identified.
    Public,
    /// Every caller with a token.
    AnyToken,
    /// `read`, `operate`, `admin`.
    Read,
    /// `read`, `submit`, `operate`, `admin`: routes with which a submitter follows its own jobs.
    ReadOrSubmit,
    /// `submit`, `operate`, `admin`.
    Submit,
    /// `operate`, `admin`.
    Operate,
    /// `admin`.
    Admin,
}

impl Access {
    /// Returns `true` if a caller with this role may use the route.
    pub fn allows(self, role: Role) -> bool {
        match self {
            Self::Open | Self::Public | Self::AnyToken => true,
            Self::Read => role != Role::Submit,
            Self::ReadOrSubmit => true,
            Self::Submit => role != Role::Read,
            Self::Operate => matches!(role, Role::Operate | Role::Admin),
            Self::Admin => role == Role::Admin,
        }
    }
}

/// Media type of the responses of a route, for content negotiation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Produces {
    /// `application/json`.
    Json,
    /// `text/event-stream`.
    EventStream,
    /// Any media type; `Accept` is ignored.
    Anything,
}

/// That of a job, which is the largest body of most routes.
const DEFAULT_MAX_BODY_BYTES: usize = odd_contracts::MAX_JOB_BYTES;

/// One route, as the router, the access rules, the metrics and the tests use it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// GET, POST, PUT or DELETE.
    pub method: Method,
    /// The template, for example `/jobs/{id}`.
    pub path: &'static str,
    /// Roles that may use it.
    pub access: Access,
    /// Media type of its responses.
    pub produces: Produces,
    /// Largest request body, in bytes.
    pub max_body_bytes: usize,
    /// Whether its requests are recorded as spans.
    pub is_traced: bool,
    /// Whether every query is accepted, instead of the parameters in the OpenAPI document only.
    pub accepts_any_query: bool,
}

impl Route {
    /// Creates a route that reads.
    pub const fn get(path: &'static str, access: Access) -> Self {
        Self::new(Method::GET, path, access)
    }

    /// Creates a route that runs a command.
    pub const fn post(path: &'static str, access: Access) -> Self {
        Self::new(Method::POST, path, access)
    }

    /// Creates a route that creates or replaces a resource.
    pub const fn put(path: &'static str, access: Access) -> Self {
        Self::new(Method::PUT, path, access)
    }

    /// Creates a route that deletes a resource.
    pub const fn delete(path: &'static str, access: Access) -> Self {
        Self::new(Method::DELETE, path, access)
    }

    /// Accepts bodies up to this size instead of 1 MiB.
    #[must_use]
    pub const fn max_body_bytes(mut self, bytes: usize) -> Self {
        self.max_body_bytes = bytes;
        self
    }

    /// Sets a media type other than `application/json`.
    #[must_use]
    pub const fn produces(mut self, produces: Produces) -> Self {
        self.produces = produces;
        self
    }

    /// Records its requests as spans, if their traces are sampled.
    #[must_use]
    pub const fn traced(mut self) -> Self {
        self.is_traced = true;
        self
    }

    /// Accepts every query: of a page, whose scripts read it, or of a request that is passed on.
    #[must_use]
    pub const fn any_query(mut self) -> Self {
        self.accepts_any_query = true;
        self
    }

    const fn new(method: Method, path: &'static str, access: Access) -> Self {
        Self {
            method,
            path,
            access,
            produces: Produces::Json,
            max_body_bytes: DEFAULT_MAX_BODY_BYTES,
            is_traced: false,
            accepts_any_query: false,
        }
    }
}

/// Routes with their handlers, which extract `State<S>`.
#[derive(Debug)]
pub struct Routes<S = ()> {
    pub(crate) table: Vec<Route>,
    pub(crate) router: Router<S>,
}

impl<S: Clone + Send + Sync + 'static> Routes<S> {
    /// Creates an empty set of routes.
    pub fn new() -> Self {
        Self {
            table: Vec::new(),
            router: Router::new(),
        }
    }

    /// Adds a route.
    #[must_use]
    pub fn add<H, T>(mut self, route: Route, handler: H) -> Self
    where
        H: Handler<T, S>,
        T: 'static,
    {
        let filter = MethodFilter::try_from(route.method.clone())
            .expect("a route has one of the standard methods");
        self.router = self.router.route(route.path, on(filter, handler));
        self.table.push(route);
        self
    }

    /// Returns the routes, in the order in which they were added.
    pub fn table(&self) -> &[Route] {
        &self.table
    }

    /// Provides the state of the handlers.
    pub fn with_state(self, state: S) -> Routes {
        Routes {
            table: self.table,
            router: self.router.with_state(state),
        }
    }
}

impl<S: Clone + Send + Sync + 'static> Default for Routes<S> {
    fn default() -> Self {
        Self::new()
    }
}
