//! Signing in: a browser exchanges an API token for a cookie that its scripts cannot read.

mod cookie;
mod routes;
mod state;

pub(crate) use cookie::SessionCookie;
pub(crate) use routes::routes;
pub(crate) use state::SessionState;
