//! Where the programs of the servers are, and how they get there.

mod advice;
mod debian;
mod ferretdb;
mod install;
mod postgres;
mod rabbitmq;
mod tools;

use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::{Error, Kind};

/// How long one step of an installation may take.
const INSTALL_LIMIT: Duration = Duration::from_secs(30 * 60);

/// A program that speaks MongoDB's protocol.
#[derive(Debug, Clone)]
pub(crate) enum MongoProgram {
    Mongod(PathBuf),
    FerretDb(PathBuf),
}

/// Installs what is missing, so that later starts find everything. Call it once before tests run side by side.
///
/// Programs are looked for in the search path, where packages put them, and in the folder `ODD_TOOLS_DIR` (by default
/// `odd-dashboard/tools` in the user's cache folder). What is not found is installed: Debian's packages when we are
/// root in a container, where installing starts no service; FerretDB with the Go toolchain. Each installation prints a
/// line to standard error, and one process at a time installs.
///
/// # Errors
/// [`Error::NotInstalled`] tells what to install; [`Error::Program`] when an installation fails.
pub fn ensure_installed(kinds: &[Kind]) -> Result<(), Error> {
    for kind in kinds {
        match kind {
            Kind::Postgres => drop(postgres()?),
            Kind::RabbitMq => drop((rabbitmq()?, epmd()?)),
            Kind::Redis => drop(redis()?),
            Kind::Mongo => drop(mongo()?),
        }
    }
    Ok(())
}

/// The folder with `initdb` and `postgres`.
pub(crate) fn postgres() -> Result<PathBuf, Error> {
    obtain(Kind::Postgres, postgres::find)
}

/// The folder with `rabbitmq-server` and `rabbitmqctl`.
pub(crate) fn rabbitmq() -> Result<PathBuf, Error> {
    obtain(Kind::RabbitMq, rabbitmq::find)
}

/// The Erlang port mapper.
pub(crate) fn epmd() -> Result<PathBuf, Error> {
    obtain(Kind::RabbitMq, rabbitmq::find_epmd)
}

/// The program `redis-server`.
pub(crate) fn redis() -> Result<PathBuf, Error> {
    obtain(Kind::Redis, || {
        in_path("redis-server").or_else(|| tools::program("redis-server"))
    })
}

/// MongoDB if it is installed, else FerretDB.
pub(crate) fn mongo() -> Result<MongoProgram, Error> {
    let find = |name| in_path(name).or_else(|| tools::program(name));
    obtain(Kind::Mongo, || {
        find("mongod")
            .map(MongoProgram::Mongod)
            .or_else(|| find(ferretdb::NAME).map(MongoProgram::FerretDb))
    })
}

/// A program in the search path.
pub(crate) fn in_path(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).find_map(|folder| in_folder(&folder, name))
}

/// A program in a folder.
pub(crate) fn in_folder(folder: &Path, name: &str) -> Option<PathBuf> {
    Some(folder.join(name)).filter(|program| program.is_file())
}

fn obtain<T>(kind: Kind, find: impl Fn() -> Option<T>) -> Result<T, Error> {
    if let Some(found) = find() {
        return Ok(found);
    }
    install::install(kind, || find().is_some())?;
    find().ok_or_else(|| advice::not_installed(kind))
}

/// The entries of a folder; none when there is no such folder.
fn entries(folder: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| entry.path()).collect()
}
