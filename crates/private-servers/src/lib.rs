//! Private servers: real PostgreSQL, RabbitMQ, Redis and MongoDB-protocol servers for tests and for a cluster on one
//! machine, with ways to break them.
//!
//! Each server listens on loopback at a port of its own, keeps its data in a [`Place`], and has random credentials
//! that only its URL tells. Everything blocks; asynchronous callers use a blocking thread. The crate knows nothing of
//! the observatory: no schema, no queue, no key. It runs on Unix.
//!
//! Entry points: [`Postgres`], [`RabbitMq`], [`Redis`], [`Mongo`], [`Server`] for what all of them can do,
//! [`Link`] for faults of the network, [`Authority`] for servers that speak TLS,
//! [`ensure_installed`] before tests run side by side.
//!
//! ```no_run
//! use odd_private_servers::{Place, Postgres};
//!
//! let place = Place::temporary()?;
//! let mut postgres = Postgres::start(&place)?;
//! println!("{}", postgres.url());
//! postgres.kill()?;
//! postgres.restart()?;
//! # Ok::<(), odd_private_servers::Error>(())
//! ```
//!
//! # What ends with whom
//! Dropping a server ends its processes, by their ids, also when a test panics. When this process itself is killed,
//! the kernel kills the servers on Linux where `setpriv` is installed; elsewhere they stay behind.
#![cfg(unix)]

mod authority;
mod claim;
mod error;
mod identity;
mod kind;
mod link;
mod mongo;
mod place;
mod port;
mod postgres;
mod process;
mod programs;
mod rabbitmq;
mod redis;
mod secret;
mod server;
mod temporary;
mod wait;

pub use authority::{Authority, Certificate};
pub use error::Error;
pub use kind::Kind;
pub use link::Link;
pub use mongo::{Mongo, MongoEngine, MongoOptions};
pub use place::Place;
pub use postgres::{Postgres, PostgresEngine, PostgresOptions};
pub use programs::ensure_installed;
pub use rabbitmq::{
    ADMINISTRATOR, RabbitMq, RabbitMqEngine, RabbitMqOptions, TopicPermission, User,
};
pub use redis::{Redis, RedisEngine, RedisOptions};
pub use server::{Engine, Server};
