use std::fmt::Display;
use std::path::Path;
use std::process::Command;

use super::tools::INSTALL_LIMIT;
use crate::process::{Invocation, run};
use crate::search_path::in_path;
use crate::{Error, Kind};

/// Returns `true` if packages can be installed without a prompt and without starting a service: as root, with apt, and
/// without systemd, as in a container. With systemd the packages would start their own servers.
pub(super) fn can_install() -> bool {
    rustix::process::geteuid().is_root()
        && in_path("apt-get").is_some()
        && !Path::new("/run/systemd/system").exists()
}

/// Installs the package of a program. Updates the package lists if the first attempt fails.
pub(super) fn install(name: impl Display, package: &str) -> Result<(), Error> {
    eprintln!("Installing {name}: apt-get install {package}");
    let install = ["install", "--yes", "--no-install-recommends", package];
    apt_get(&install).or_else(|_lists_are_old| {
        apt_get(&["update"])?;
        apt_get(&install)
    })
}

/// Returns the package of a server, or `None` for MongoDB, which Debian does not package.
pub(super) const fn package(kind: Kind) -> Option<&'static str> {
    match kind {
        Kind::Postgres => Some("postgresql"),
        Kind::RabbitMq => Some("rabbitmq-server"),
        Kind::Redis => Some("redis-server"),
        Kind::Mongo => None,
        Kind::Prometheus => Some("prometheus"),
        Kind::Alertmanager => Some("prometheus-alertmanager"),
    }
}

/// In runlevel 1 the packages start no service: <https://manpages.debian.org/stable/init-system-helpers/invoke-rc.d.8>.
fn apt_get(arguments: &[&str]) -> Result<(), Error> {
    let apt_get = Invocation::new("apt-get").time_limit(INSTALL_LIMIT);
    let mut command = Command::new("apt-get");
    command
        .args(arguments)
        .env("DEBIAN_FRONTEND", "noninteractive")
        .env("RUNLEVEL", "1");
    run(&apt_get, command).map(drop)
}
