//! Passing requests on to the other roles: what a request may contain, what a response may contain, and bounds on both.

mod answer;
mod exchange;
mod headers;
mod routes;
mod target;
mod tunnel;
mod upload;
mod upstream;

pub(crate) use routes::Proxy;
