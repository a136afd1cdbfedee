//! Locates the programs of the servers and installs the missing ones.

mod advice;
mod chromium;
mod debian;
mod ferretdb;
mod go_build;
mod go_module;
mod go_source;
mod install;
mod monitoring;
mod postgres;
mod rabbitmq;
mod tools;

use std::path::PathBuf;

pub use chromium::chromium;
pub use go_module::{GoModule, go_module};
pub use install::ensure_programs;

use crate::search_path::in_path;
use crate::{Error, Kind};

/// A program that implements MongoDB's protocol.
#[derive(Debug, Clone)]
pub(crate) enum MongoProgram {
    Mongod(PathBuf),
    FerretDb(PathBuf),
}

/// Installs missing programs, so that later starts do not. Call it once before tests that run in parallel.
///
/// Programs are searched in `PATH`, in the folders of the usual packages, and in `ODD_TOOLS_DIR` (by default
/// `odd-dashboard/tools` in the user's cache folder). Missing ones are installed: Debian packages if this process is root
/// in a container, where the installation starts no service; otherwise FerretDB, Prometheus and Alertmanager with the Go
/// toolchain. Each installation prints a line to standard error, and only one process installs at a time.
///
/// # Errors
/// [`Error::NotInstalled`] names the package to install; [`Error::Program`] if an installation fails.
pub fn ensure_installed(kinds: &[Kind]) -> Result<(), Error> {
    for kind in kinds {
        match kind {
            Kind::Postgres => drop(postgres()?),
            Kind::RabbitMq => drop((rabbitmq()?, epmd()?)),
            Kind::Redis => drop(redis()?),
            Kind::Mongo => drop(mongo()?),
            Kind::Prometheus => drop((prometheus()?, promtool()?)),
            Kind::Alertmanager => drop((alertmanager()?, amtool()?)),
        }
    }
    Ok(())
}

/// Returns the folder with `initdb` and `postgres`.
pub(crate) fn postgres() -> Result<PathBuf, Error> {
    obtain(Kind::Postgres, postgres::find)
}

/// Returns the folder with `rabbitmq-server` and `rabbitmqctl`.
pub(crate) fn rabbitmq() -> Result<PathBuf, Error> {
    obtain(Kind::RabbitMq, rabbitmq::find)
}

/// Returns the path of the Erlang port mapper.
pub(crate) fn epmd() -> Result<PathBuf, Error> {
    obtain(Kind::RabbitMq, rabbitmq::find_epmd)
}

/// Returns the path of `redis-server`.
pub(crate) fn redis() -> Result<PathBuf, Error> {
    obtain(Kind::Redis, || {
        in_path("redis-server").or_else(|| tools::program("redis-server"))
    })
}

/// Returns MongoDB if it is installed, otherwise FerretDB.
pub(crate) fn mongo() -> Result<MongoProgram, Error> {
    let find = |name| in_path(name).or_else(|| tools::program(name));
    obtain(Kind::Mongo, || {
        find("mongod")
            .map(MongoProgram::Mongod)
            .or_else(|| find(ferretdb::NAME).map(MongoProgram::FerretDb))
    })
}

/// Returns the path of FerretDB, also where MongoDB is installed. Builds it if it is missing, which takes a few minutes.
///
/// # Errors
/// As for [`ensure_installed`].
pub fn ferretdb() -> Result<PathBuf, Error> {
    let find = || in_path(ferretdb::NAME).or_else(|| tools::program(ferretdb::NAME));
    if let Some(found) = find() {
        return Ok(found);
    }
    install::build(Kind::Mongo, || find().is_some())?;
    find().ok_or_else(|| advice::needs_go(Kind::Mongo))
}

/// Returns the path of `prometheus`.
pub(crate) fn prometheus() -> Result<PathBuf, Error> {
    obtain(Kind::Prometheus, || {
        monitoring::find(monitoring::PROMETHEUS)
    })
}

/// Returns the path of `promtool`, which checks configurations and rules. Installs Prometheus if it is missing.
///
/// # Errors
/// As for [`ensure_installed`].
pub fn promtool() -> Result<PathBuf, Error> {
    obtain(Kind::Prometheus, || monitoring::find(monitoring::PROMTOOL))
}

/// Returns the path of a `promtool` that can check configurations with Kubernetes discovery, which Debian removes from its
/// package. Builds Prometheus from source if there is none, which takes a few minutes.
///
/// # Errors
/// As for [`ensure_installed`].
pub fn kubernetes_promtool() -> Result<PathBuf, Error> {
    let find = monitoring::find_kubernetes_promtool;
    if let Some(found) = find() {
        return Ok(found);
    }
    install::build(Kind::Prometheus, || find().is_some())?;
    find().ok_or_else(|| advice::needs_go(Kind::Prometheus))
}

/// Returns the path of `alertmanager`.
pub(crate) fn alertmanager() -> Result<PathBuf, Error> {
    obtain(Kind::Alertmanager, monitoring::find_alertmanager)
}

/// Returns the path of `amtool`, which checks configurations. Installs Alertmanager if it is missing.
///
/// # Errors
/// As for [`ensure_installed`].
pub fn amtool() -> Result<PathBuf, Error> {
    obtain(Kind::Alertmanager, || monitoring::find(monitoring::AMTOOL))
}

fn obtain<T>(kind: Kind, find: impl Fn() -> Option<T>) -> Result<T, Error> {
    if let Some(found) = find() {
        return Ok(found);
    }
    install::install(kind, || find().is_some())?;
    find().ok_or_else(|| advice::not_installed(kind))
}
