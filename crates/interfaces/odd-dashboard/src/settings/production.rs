//! What is refused once others can reach an observatory, or its links leave the machine.

use crate::failure::Failure;
use crate::settings::{ClusterSettings, Link, Server, Sources};

/// Refuses links that let strangers in, or let them listen.
///
/// Nothing is asked as long as everything stays on this machine: `listens_beyond` is an address that others can reach,
/// and each link may leave the machine. `insecure` is the operator's word that all of it is accepted.
///
/// # Errors
/// When there is such a link; the message names the variable and what to do, and no secret.
pub(crate) fn check_links(
    sources: &Sources,
    settings: &ClusterSettings,
    listens_beyond: Option<String>,
    insecure: bool,
) -> Result<(), Failure> {
    let links = settings.links();
    let leads_beyond = links.iter().find_map(|link| {
        let host = link.remote_hosts().next()?;
        Some(format!("{} leads to {host}", origin(sources, link)))
    });
    let listens_beyond = listens_beyond.map(|address| format!("others can reach {address}"));
    let Some(reason) = listens_beyond.or(leads_beyond).filter(|_| !insecure) else {
        return Ok(());
    };
    let refusals = links.iter();
    let mut refusals = refusals.filter_map(|link| refusal(sources, settings, link));
    match refusals.next() {
        None => Ok(()),
        Some(refusal) => Err(refusal.cause(format!("this is no trial on one machine: {reason}"))),
    }
}

fn refusal(sources: &Sources, settings: &ClusterSettings, link: &Link) -> Option<Failure> {
    let origin = origin(sources, link);
    if link.is_guest() {
        let what = format!("{origin} logs in as guest with the password that everybody knows");
        return Some(mend(what, "make a user for each role, and delete guest"));
    }
    if !link.has_credentials() {
        let what = format!("{origin} holds no password");
        return Some(mend(what, credentials(link.server)));
    }
    let is_allowed = |host: &str| {
        let mut allowed = settings.plaintext_hosts.iter();
        allowed.any(|name| name.eq_ignore_ascii_case(host))
    };
    let exposed = link.remote_hosts().find(|host| !is_allowed(host));
    let host = exposed.filter(|_| !link.is_secure())?;
    let what = format!("{origin} leads to {host} without TLS that checks who answers");
    let hint = format!(
        "{}; if the network to it is private, name {host} in ODD_PLAINTEXT_HOSTS",
        encryption(link.server)
    );
    Some(mend(what, &hint))
}

fn mend(what: String, hint: &str) -> Failure {
    Failure::usage(what).hint(format!("{hint}; or accept the risk with --insecure"))
}

/// Where the URL stands.
fn origin(sources: &Sources, link: &Link) -> String {
    let setting = link.server.setting();
    let found = sources.find(setting);
    found.map_or_else(|| setting.env.to_owned(), |found| found.origin)
}

const fn credentials(server: Server) -> &'static str {
    match server {
        Server::Postgres | Server::RabbitMq => "write user:password@ before the host",
        Server::Redis => {
            "set requirepass or a user on the server, and write :password@ before the host"
        }
        Server::MongoDb => {
            "write user:password@ before the host, or use authMechanism=MONGODB-X509"
        }
    }
}

const fn encryption(server: Server) -> &'static str {
    match server {
        Server::Postgres => "append ?sslmode=verify-full",
        Server::RabbitMq => "begin with amqps://",
        Server::Redis => "begin with rediss://, without #insecure",
        Server::MongoDb => "append ?tls=true, without tlsInsecure and its like",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::observatory::RoleName;

    const LOCAL: [(&str, &str); 4] = [
        ("ODD_POSTGRES_URL", "postgres://a@localhost/d"),
        ("ODD_RABBITMQ_URL", "amqp://guest:guest@localhost"),
        ("ODD_REDIS_URL", "redis://localhost"),
        ("ODD_MONGODB_URL", "mongodb://localhost"),
    ];
    const SAFE: [(&str, &str); 4] = [
        (
            "ODD_POSTGRES_URL",
            "postgres://a:marker@db/d?sslmode=verify-full",
        ),
        ("ODD_RABBITMQ_URL", "amqps://a:marker@mq"),
        ("ODD_REDIS_URL", "rediss://:marker@cache"),
        ("ODD_MONGODB_URL", "mongodb://a:marker@docs/?tls=true"),
    ];

    /// What is said with one URL in the place of a safe one.
    fn said(changed: (&str, &str), more: &[(&str, &str)], beyond: Option<&str>) -> Option<String> {
        let mut variables = SAFE.to_vec();
        variables.retain(|(name, _)| *name != changed.0);
        variables.push(changed);
        variables.extend(more);
        check(&variables, beyond, false)
    }

    fn check(variables: &[(&str, &str)], beyond: Option<&str>, insecure: bool) -> Option<String> {
        let sources = Sources::of(variables);
        let settings = ClusterSettings::read(&sources, RoleName::MetricsEngine).ok();
        let settings = settings.expect("complete");
        let beyond = beyond.map(str::to_owned);
        let failure = check_links(&sources, &settings, beyond, insecure).err()?;
        assert_eq!(failure.exit, crate::exit::Exit::Usage);
        Some(failure.render(false))
    }

    #[test]
    fn on_one_machine_nothing_is_asked() {
        assert_eq!(check(&LOCAL, None, false), None);
    }

    #[test]
    fn safe_links_are_not_refused() {
        assert_eq!(check(&SAFE, Some("0.0.0.0:8090"), false), None);
    }

    #[test]
    fn whoever_can_be_reached_has_credentials_for_local_servers_too() {
        let refused = check(&LOCAL, Some("0.0.0.0:8090"), false).expect("refused");
        assert!(
            refused.contains("ODD_POSTGRES_URL holds no password"),
            "{refused}"
        );
        assert!(refused.contains("0.0.0.0:8090"), "{refused}");
        assert_eq!(check(&LOCAL, Some("0.0.0.0:8090"), true), None);
    }

    #[test]
    fn each_refusal_names_its_variable_and_the_way_out_and_no_secret() {
        for (name, url, what) in [
            (
                "ODD_POSTGRES_URL",
                "postgres://a:marker@db/d",
                "sslmode=verify-full",
            ),
            (
                "ODD_POSTGRES_URL",
                "postgres://a@db/d?sslmode=require",
                "no password",
            ),
            ("ODD_RABBITMQ_URL", "amqps://guest:guest@mq", "delete guest"),
            ("ODD_RABBITMQ_URL", "amqps://mq", "no password"),
            ("ODD_RABBITMQ_URL", "amqp://a:marker@mq", "amqps://"),
            ("ODD_REDIS_URL", "rediss://cache", "no password"),
            ("ODD_REDIS_URL", "redis://:marker@cache", "rediss://"),
            ("ODD_MONGODB_URL", "mongodb://docs/?tls=true", "no password"),
            ("ODD_MONGODB_URL", "mongodb://a:marker@docs", "?tls=true"),
        ] {
            let said = said((name, url), &[], None).expect(url);
            assert!(said.contains(&format!("error: {name} ")), "{said}");
            assert!(said.contains(what) && said.contains("hint: "), "{said}");
            assert!(!said.contains("marker"), "{said}");
        }
    }

    #[test]
    fn a_private_network_can_be_named() {
        let plain = ("ODD_REDIS_URL", "redis://:marker@cache");
        let allowed = [("ODD_PLAINTEXT_HOSTS", "other, CACHE")];
        assert_eq!(said(plain, &allowed, None), None);
        let other = said(plain, &[("ODD_PLAINTEXT_HOSTS", "other")], None);
        assert!(other.expect("refused").contains("leads to cache"));
    }
}
