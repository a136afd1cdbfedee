use std::fs::{self, File};

use super::go_source::GoSource;
use super::{advice, debian, ferretdb, monitoring, tools};
use crate::search_path::in_path;
use crate::{Error, Kind};

/// The lock of installations.
pub(super) const LOCK: &str = "install.lock";

/// Waits for the installation lock, then installs the server unless another process has done so: the Debian package if
/// there is one, otherwise a build from source with Go.
pub(super) fn install(kind: Kind, is_installed: impl Fn() -> bool) -> Result<(), Error> {
    let _lock = lock(LOCK)?;
    if is_installed() {
        return Ok(());
    }
    let packaged = match debian::package(kind) {
        Some(package) if debian::can_install() => debian::install(kind, package),
        _ => Err(advice::not_installed(kind)),
    };
    packaged.or_else(|error| match (source(kind), in_path("go")) {
        (Some(source), Some(go)) => source.install(&go),
        _ => Err(error),
    })
}

/// Waits for the installation lock, then builds a server from source unless another process has done so.
pub(super) fn build(kind: Kind, is_installed: impl Fn() -> bool) -> Result<(), Error> {
    let _lock = lock(LOCK)?;
    match (source(kind), in_path("go")) {
        _ if is_installed() => Ok(()),
        (Some(source), Some(go)) => source.install(&go),
        _ => Err(advice::needs_go(kind)),
    }
}

/// Installs the Debian packages of programs that are not in `PATH`, where packages can be installed as for
/// [`ensure_installed`](super::ensure_installed). Each pair is a program and its package.
///
/// # Errors
/// [`Error::NotInstalled`] names all packages to install; [`Error::Program`] if an installation fails.
pub fn ensure_programs(programs: &[(&str, &str)]) -> Result<(), Error> {
    let missing = || {
        programs
            .iter()
            .filter(|(program, _)| in_path(program).is_none())
    };
    if missing().next().is_none() {
        return Ok(());
    }
    if debian::can_install() {
        let _lock = lock(LOCK)?;
        return missing().try_for_each(|(program, package)| debian::install(program, package));
    }
    Err(advice::needs_packages(missing().copied()))
}

const fn source(kind: Kind) -> Option<&'static GoSource> {
    match kind {
        Kind::Postgres | Kind::RabbitMq | Kind::Redis => None,
        Kind::Mongo => Some(&ferretdb::SOURCE),
        Kind::Prometheus => Some(&monitoring::PROMETHEUS_SOURCE),
        Kind::Alertmanager => Some(&monitoring::ALERTMANAGER_SOURCE),
    }
}

/// Takes a lock that other processes wait for, until the file is dropped.
pub(super) fn lock(name: &str) -> Result<File, Error> {
    let folder = tools::folder()?;
    let doing = || format!("lock the folder {}", folder.display());
    fs::create_dir_all(&folder).map_err(Error::io(doing()))?;
    let file = File::create(folder.join(name)).map_err(Error::io(doing()))?;
    file.lock().map_err(Error::io(doing()))?;
    Ok(file)
}
