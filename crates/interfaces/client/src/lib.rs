//! Typed client of the gateway (commands) and the read-model (queries and the live stream).
//!
//! Knows the contract types and HTTP, nothing of services, stores or terminals. Every call has a time
//! limit; every refusal arrives as the server's problem document in [`ClientError::Problem`].
//!
//! Entry point: [`Client::new`].

mod client;
mod config;
mod dead_letters;
mod error;
mod events;
mod follow;
mod jobs;
mod queries;
mod sse;

pub use client::Client;
pub use config::{ClientConfig, Token};
pub use error::ClientError;
pub use events::{EventFilter, EventsQuery};
pub use follow::{EventFollower, Follow};
pub use jobs::{Acceptance, Accepted};
pub use queries::JobsQuery;
pub use reqwest::Url;
