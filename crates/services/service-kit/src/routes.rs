use axum::Router;
use axum::handler::Handler;
use axum::http::Method;
use axum::routing::{MethodFilter, on};

use crate::Role;

/// Who may use a route when tokens are required.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Access {
    /// Anybody, even without a token; not counted against the bound on requests in flight.
    Open,
    /// Whoever holds a token.
    AnyToken,
    /// `read`, `operate`, `admin`.
    Read,
    /// `read`, `submit`, `operate`, `admin`: what a submitter needs to follow its own jobs.
    ReadOrSubmit,
    /// `submit`, `operate`, `admin`.
    Submit,
    /// `operate`, `admin`.
    Operate,
    /// `admin`.
    Admin,
}

impl Access {
    /// Whether a caller with this role may.
    pub fn allows(self, role: Role) -> bool {
        match self {
            Self::Open | Self::AnyToken => true,
            Self::Read => role != Role::Submit,
            Self::ReadOrSubmit => true,
            Self::Submit => role != Role::Read,
            Self::Operate => matches!(role, Role::Operate | Role::Admin),
            Self::Admin => role == Role::Admin,
        }
    }
}

/// What a route answers with, for content negotiation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Produces {
    /// `application/json`.
    Json,
    /// `text/event-stream`.
    EventStream,
    /// Whatever it is, without regard to `Accept`.
    Anything,
}

const DEFAULT_MAX_BODY_BYTES: usize = 1024 * 1024;

/// One route: what the router, the access rules, the metrics and the tests know about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// GET, POST, PUT or DELETE.
    pub method: Method,
    /// The template, for example `/jobs/{id}`.
    pub path: &'static str,
    /// Who may use it.
    pub access: Access,
    /// What it answers with.
    pub produces: Produces,
    /// The largest body it takes.
    pub max_body_bytes: usize,
}

impl Route {
    /// A route that reads.
    pub const fn get(path: &'static str, access: Access) -> Self {
        Self::new(Method::GET, path, access)
    }

    /// A route that does something.
    pub const fn post(path: &'static str, access: Access) -> Self {
        Self::new(Method::POST, path, access)
    }

    /// A route that creates or replaces.
    pub const fn put(path: &'static str, access: Access) -> Self {
        Self::new(Method::PUT, path, access)
    }

    /// A route that removes.
    pub const fn delete(path: &'static str, access: Access) -> Self {
        Self::new(Method::DELETE, path, access)
    }

    /// Takes bodies up to this size instead of 1 MiB.
    #[must_use]
    pub const fn max_body_bytes(mut self, bytes: usize) -> Self {
        self.max_body_bytes = bytes;
        self
    }

    /// Answers with something else than `application/json`.
    #[must_use]
    pub const fn produces(mut self, produces: Produces) -> Self {
        self.produces = produces;
        self
    }

    const fn new(method: Method, path: &'static str, access: Access) -> Self {
        Self {
            method,
            path,
            access,
            produces: Produces::Json,
            max_body_bytes: DEFAULT_MAX_BODY_BYTES,
        }
    }
}

/// Routes with their handlers; `S` is what the handlers extract as `State<S>`.
#[derive(Debug)]
pub struct Routes<S = ()> {
    pub(crate) table: Vec<Route>,
    pub(crate) router: Router<S>,
}

impl<S: Clone + Send + Sync + 'static> Routes<S> {
    /// None yet.
    pub fn new() -> Self {
        Self {
            table: Vec::new(),
            router: Router::new(),
        }
    }

    /// One more.
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

    /// The routes with what their handlers need.
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
