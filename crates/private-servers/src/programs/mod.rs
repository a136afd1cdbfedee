//! Where the programs of the servers are.

mod postgres;
mod rabbitmq;

use std::path::{Path, PathBuf};

use crate::{Error, Kind};

/// The folder with `initdb` and `postgres`.
pub(crate) fn postgres() -> Result<PathBuf, Error> {
    postgres::find().ok_or_else(|| missing(Kind::Postgres))
}

/// The folder with `rabbitmq-server` and `rabbitmqctl`.
pub(crate) fn rabbitmq() -> Result<PathBuf, Error> {
    rabbitmq::find().ok_or_else(|| missing(Kind::RabbitMq))
}

/// The Erlang port mapper.
pub(crate) fn epmd() -> Result<PathBuf, Error> {
    rabbitmq::find_epmd().ok_or_else(|| missing(Kind::RabbitMq))
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

/// The entries of a folder; none when there is no such folder.
fn entries(folder: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| entry.path()).collect()
}

fn missing(kind: Kind) -> Error {
    Error::NotInstalled {
        kind,
        advice: "see the documentation".into(),
    }
}
