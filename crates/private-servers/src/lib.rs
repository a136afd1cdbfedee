//! Private servers: real PostgreSQL, RabbitMQ, Redis, MongoDB-protocol, Prometheus and Alertmanager servers for tests and
//! for a cluster on one machine, with fault injection.
//!
//! Each server listens on its own loopback port, stores its data under a [`DataRoot`], and has random credentials that
//! are part of its URL; Prometheus and Alertmanager have none. All calls block; asynchronous callers use a blocking thread. The crate does not depend on the
//! observatory: it contains no schema, queue or key. It supports Unix only.
//!
//! Entry points: [`Postgres`], [`RabbitMq`], [`Redis`], [`Mongo`], [`Prometheus`] and [`Alertmanager`]; [`Server`] for the
//! operations of all of them; [`promtool`] and [`amtool`] check configurations; [`FaultProxy`] for network faults; `Authority` (feature `authority`) for servers with TLS; [`ensure_installed`] before
//! tests that run in parallel; [`chromium`] for tests in a browser; [`GoModule`] for programs that are built from source; [`spawn_dependent`] for other processes that should not outlive this one.
//!
//! ```no_run
//! use odd_private_servers::{DataRoot, Postgres};
//!
//! let root = DataRoot::temporary()?;
//! let mut postgres = Postgres::start(&root)?;
//! println!("{}", postgres.url());
//! postgres.kill()?;
//! postgres.restart()?;
//! # Ok::<(), odd_private_servers::Error>(())
//! ```
//!
//! # Process lifetime
//! Dropping a server ends its processes by their ids, even if a test panics. If this process is killed, the kernel kills
//! the servers on Linux with `setpriv` installed; on other systems they keep running.
#![cfg(unix)]

mod alertmanager;
#[cfg(feature = "authority")]
mod authority;
mod certificate;
mod configured;
mod data_root;
mod dependent;
mod error;
mod fault_proxy;
mod file_lock;
mod http;
mod identity;
mod kind;
mod mongo;
mod port;
mod postgres;
mod process;
mod programs;
mod prometheus;
mod rabbitmq;
mod redis;
mod search_path;
mod secret;
mod server;
mod server_dir;
mod temporary_dir;
mod wait;

pub use alertmanager::{Alertmanager, AlertmanagerEngine, AlertmanagerOptions};
#[cfg(feature = "authority")]
pub use authority::Authority;
pub use certificate::Certificate;
pub use data_root::DataRoot;
pub use dependent::{dependent_command, spawn_dependent};
pub use error::Error;
pub use fault_proxy::FaultProxy;
pub use kind::Kind;
pub use mongo::{Mongo, MongoEngine, MongoOptions};
pub use port::Port;
pub use postgres::{Postgres, PostgresEngine, PostgresOptions};
pub use programs::{
    GoModule, amtool, chromium, ensure_installed, ensure_programs, ferretdb, go_module,
    kubernetes_promtool, promtool,
};
pub use prometheus::{Prometheus, PrometheusEngine, PrometheusOptions};
pub use rabbitmq::{
    ADMINISTRATOR, RabbitMq, RabbitMqEngine, RabbitMqOptions, TopicPermission, User,
};
pub use redis::{Redis, RedisEngine, RedisOptions};
pub use secret::random as random_secret;
pub use server::{Engine, Server};
