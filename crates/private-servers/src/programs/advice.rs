use super::debian;
use crate::{Error, Kind};

/// Returns the error for a missing server, with the package to install on each operating system.
pub(super) fn not_installed(kind: Kind) -> Error {
    let advice = match kind {
        Kind::Mongo => format!(
            "install Go 1.24 or newer and run the command again, which builds FerretDB; or install MongoDB: {}",
            "https://www.mongodb.com/docs/manual/administration/install-community/"
        ),
        _ => format!(
            "on Debian and Ubuntu `apt-get install {}`, on Fedora `dnf install {}`, on macOS `brew install {}`",
            debian::package(kind).unwrap_or_default(),
            fedora(kind),
            mac(kind),
        ),
    };
    Error::NotInstalled {
        name: kind.to_string(),
        advice,
    }
}

/// Returns the error for a program that has to be built from source.
pub(super) fn needs_go(kind: Kind) -> Error {
    let advice =
        "the installed one lacks a feature; install Go and run the command again, which builds it";
    Error::NotInstalled {
        name: kind.to_string(),
        advice: advice.to_owned(),
    }
}

/// Returns the error for missing programs. Each pair is a program and its Debian package.
pub(super) fn needs_packages<'a>(programs: impl Iterator<Item = (&'a str, &'a str)>) -> Error {
    let (names, packages): (Vec<_>, Vec<_>) = programs.unzip();
    Error::NotInstalled {
        name: names.join(", "),
        advice: format!(
            "on Debian and Ubuntu `apt-get install {}`",
            packages.join(" ")
        ),
    }
}

const fn fedora(kind: Kind) -> &'static str {
    match kind {
        Kind::Postgres => "postgresql-server",
        Kind::RabbitMq => "rabbitmq-server",
        Kind::Redis => "redis",
        // With Go, missing programs are built from source.
        Kind::Mongo | Kind::Prometheus | Kind::Alertmanager => "golang",
    }
}

const fn mac(kind: Kind) -> &'static str {
    match kind {
        Kind::Postgres => "postgresql@17",
        Kind::RabbitMq => "rabbitmq",
        Kind::Redis => "redis",
        Kind::Mongo | Kind::Alertmanager => "go",
        Kind::Prometheus => "prometheus",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_missing_programs_are_named() {
        let programs = [("strip", "binutils"), ("node", "nodejs")];
        let advice = needs_packages(programs.into_iter()).to_string();
        assert!(advice.contains("strip, node"), "{advice}");
        assert!(
            advice.contains("`apt-get install binutils nodejs`"),
            "{advice}"
        );
    }

    #[test]
    fn every_server_has_advice_for_every_system() {
        for kind in Kind::ALL {
            let advice = not_installed(kind).to_string();
            assert!(advice.contains("install"), "{advice}");
            assert!(!advice.contains("install `"), "{advice}");
        }
    }
}
