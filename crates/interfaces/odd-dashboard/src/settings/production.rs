//! The security rules for deployments that other machines can reach, or that use servers on other machines.

use crate::failure::Failure;
use crate::settings::{ClusterSettings, Server, ServerUrl, Sources};

/// Refuses server URLs without credentials or without verified TLS.
///
/// Nothing is refused while everything stays on this machine. `public_address` is a listen address that other machines can
/// reach. `insecure` means that the operator accepts the risk.
///
/// # Errors
/// When a URL is not secure. The message names the variable and the fix, and contains no secret.
pub(crate) fn check_server_urls(
    sources: &Sources,
    settings: &ClusterSettings,
    public_address: Option<String>,
    insecure: bool,
) -> Result<(), Failure> {
    let urls = settings.server_urls();
    let remote_server = urls.iter().find_map(|url| {
        let host = url.remote_hosts().next()?;
        Some(format!(
            "{} uses the host {host}",
            sources.origin(url.server.setting())
        ))
    });
    let public_address =
        public_address.map(|address| format!("other machines can connect to {address}"));
    let Some(reason) = public_address.or(remote_server).filter(|_| !insecure) else {
        return Ok(());
    };
    let mut refusals = urls
        .iter()
        .filter_map(|url| refusal(sources, settings, url));
    match refusals.next() {
        None => Ok(()),
        Some(refusal) => Err(refusal.cause(format!(
            "this deployment is not limited to one machine: {reason}"
        ))),
    }
}

fn refusal(sources: &Sources, settings: &ClusterSettings, url: &ServerUrl) -> Option<Failure> {
    let origin = sources.origin(url.server.setting());
    if url.is_guest() {
        let what = format!("{origin} logs in as guest with the default password");
        let hint = "create a user for each role, and delete guest";
        return Some(insecure(what, hint));
    }
    if !url.has_credentials() {
        let what = format!("{origin} contains no password");
        return Some(insecure(what, credentials(url.server)));
    }
    let is_allowed = |host: &str| {
        let mut allowed = settings.plaintext_hosts.iter();
        allowed.any(|name| name.eq_ignore_ascii_case(host))
    };
    let exposed = url.remote_hosts().find(|host| !is_allowed(host));
    let host = exposed.filter(|_| !url.is_secure())?;
    let what = format!("{origin} uses the host {host} without verified TLS");
    let hint = format!(
        "{}; if the network to {host} is private, add it to ODD_PLAINTEXT_HOSTS",
        encryption(url.server)
    );
    Some(insecure(what, &hint))
}

fn insecure(what: String, hint: &str) -> Failure {
    Failure::usage(what).hint(format!("{hint}; or accept the risk with --insecure"))
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
        Server::MongoDb => "append ?tls=true, without tlsInsecure or tlsAllowInvalidCertificates",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::role_name::RoleName;

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

    /// Returns the error when one of the safe URLs is replaced.
    fn error(changed: (&str, &str), more: &[(&str, &str)], public: Option<&str>) -> Option<String> {
        let mut variables = SAFE.to_vec();
        variables.retain(|(name, _)| *name != changed.0);
        variables.push(changed);
        variables.extend(more);
        check(&variables, public, false)
    }

    fn check(variables: &[(&str, &str)], public: Option<&str>, insecure: bool) -> Option<String> {
        let sources = Sources::of(variables);
        let settings = ClusterSettings::read(&sources, RoleName::MetricsEngine).ok();
        let settings = settings.expect("complete");
        let public = public.map(str::to_owned);
        let failure = check_server_urls(&sources, &settings, public, insecure).err()?;
        assert_eq!(failure.exit, crate::exit::Exit::Usage);
        Some(failure.render(false))
    }

    #[test]
    fn local_deployment_has_no_requirements() {
        assert_eq!(check(&LOCAL, None, false), None);
    }

    #[test]
    fn secure_urls_are_accepted() {
        assert_eq!(check(&SAFE, Some("0.0.0.0:8090"), false), None);
    }

    #[test]
    fn public_address_requires_credentials_for_local_servers_too() {
        let refused = check(&LOCAL, Some("0.0.0.0:8090"), false).expect("refused");
        assert!(
            refused.contains("ODD_POSTGRES_URL contains no password"),
            "{refused}"
        );
        assert!(refused.contains("0.0.0.0:8090"), "{refused}");
        assert_eq!(check(&LOCAL, Some("0.0.0.0:8090"), true), None);
    }

    #[test]
    fn refusal_names_the_variable_and_the_fix_but_no_secret() {
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
            let error = error((name, url), &[], None).expect(url);
            assert!(error.contains(&format!("error: {name} ")), "{error}");
            assert!(error.contains(what) && error.contains("hint: "), "{error}");
            assert!(!error.contains("marker"), "{error}");
        }
    }

    #[test]
    fn plaintext_is_accepted_to_listed_hosts() {
        let plain = ("ODD_REDIS_URL", "redis://:marker@cache");
        let allowed = [("ODD_PLAINTEXT_HOSTS", "other, CACHE")];
        assert_eq!(error(plain, &allowed, None), None);
        let other = error(plain, &[("ODD_PLAINTEXT_HOSTS", "other")], None);
        assert!(other.expect("refused").contains("uses the host cache"));
    }
}
