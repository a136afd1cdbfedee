use std::net::IpAddr;

use odd_client::Url;

use crate::settings::list::{MONGODB_URL, POSTGRES_URL, RABBITMQ_URL, REDIS_URL, Setting};

/// A server that the distributed deployment uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Server {
    Postgres,
    RabbitMq,
    Redis,
    MongoDb,
}

impl Server {
    /// Returns the setting that holds its URL.
    pub(crate) const fn setting(self) -> &'static Setting {
        match self {
            Self::Postgres => &POSTGRES_URL,
            Self::RabbitMq => &RABBITMQ_URL,
            Self::Redis => &REDIS_URL,
            Self::MongoDb => &MONGODB_URL,
        }
    }
}

/// The parts of the URL of a server that the security checks need. The drivers parse the URL themselves. An ambiguous URL is
/// read as the less secure alternative.
pub(crate) struct ServerUrl {
    pub(crate) server: Server,
    scheme: String,
    /// Host names and addresses without ports; empty for this machine.
    pub(crate) hosts: Vec<String>,
    user: String,
    password: String,
    options: Vec<(String, String)>,
    fragment: String,
}

impl ServerUrl {
    /// Splits a URL, which may name several hosts.
    pub(crate) fn parse(server: Server, url: &str) -> Self {
        let (scheme, rest) = url.split_once("://").unwrap_or(("", url));
        let (rest, fragment) = rest.split_once('#').unwrap_or((rest, ""));
        let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
        let authority = rest
            .split_once('/')
            .map_or(rest, |(authority, _)| authority);
        let (credentials, hosts) = authority.rsplit_once('@').unwrap_or(("", authority));
        let (user, password) = credentials.split_once(':').unwrap_or((credentials, ""));
        let options = options(query);
        let mut hosts: Vec<String> = hosts.split(',').map(without_port).collect();
        if server == Server::Postgres {
            hosts.extend(
                values(&options, "host").flat_map(|host| host.split(',').map(without_port)),
            );
            hosts.extend(values(&options, "hostaddr").map(str::to_owned));
        }
        hosts.retain(|host| !host.is_empty());
        Self {
            server,
            scheme: scheme.to_owned(),
            hosts,
            user: user.to_owned(),
            password: password.to_owned(),
            options,
            fragment: fragment.to_owned(),
        }
    }

    /// Returns the hosts on other machines.
    pub(crate) fn remote_hosts(&self) -> impl Iterator<Item = &str> {
        let hosts = self.hosts.iter().map(String::as_str);
        hosts.filter(|host| !is_local(host))
    }

    /// Returns `true` when the connection is encrypted and the certificate of the server is verified.
    pub(crate) fn is_secure(&self) -> bool {
        let is = |name: &str| self.option(name).is_some_and(|value| value == "true");
        match self.server {
            Server::Postgres => matches!(self.option("sslmode"), Some("require" | "verify-full")),
            Server::RabbitMq => self.scheme == "amqps",
            Server::Redis => self.scheme == "rediss" && self.fragment != "insecure",
            Server::MongoDb => {
                let skips_verification = is("tlsInsecure") || is("tlsAllowInvalidCertificates");
                (is("tls") || is("ssl")) && !skips_verification
            }
        }
    }

    /// Returns `true` when the client authenticates with a user of its own.
    pub(crate) fn has_credentials(&self) -> bool {
        match self.server {
            Server::Postgres => {
                let is_socket = |host: &String| host.starts_with('/') || host.starts_with("%2F");
                let has_peer_authentication =
                    !self.hosts.is_empty() && self.hosts.iter().all(is_socket);
                let password = self.option("password").unwrap_or(&self.password);
                !password.is_empty() || has_peer_authentication
            }
            Server::RabbitMq => !self.user.is_empty() && !self.password.is_empty(),
            Server::Redis => !self.password.is_empty(),
            Server::MongoDb => {
                let mechanism = self.option("authMechanism");
                !self.password.is_empty() || mechanism == Some("MONGODB-X509")
            }
        }
    }

    /// Returns `true` for the default credentials of a new RabbitMQ.
    pub(crate) fn is_guest(&self) -> bool {
        self.server == Server::RabbitMq && self.user == "guest" && self.password == "guest"
    }

    fn option(&self, name: &str) -> Option<&str> {
        values(&self.options, name).last()
    }
}

fn options(query: &str) -> Vec<(String, String)> {
    let url = Url::parse(&format!("x://x/?{query}"));
    url.map_or_else(
        |_| Vec::new(),
        |url| url.query_pairs().into_owned().collect(),
    )
}

fn values<'a>(options: &'a [(String, String)], name: &str) -> impl Iterator<Item = &'a str> {
    let named = options.iter().filter(move |(key, _)| key == name);
    named.map(|(_, value)| value.as_str())
}

/// IPv6 addresses are in brackets.
fn without_port(host: &str) -> String {
    match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or(rest),
        None => host.split(':').next().unwrap_or(host),
    }
    .to_owned()
}

/// Returns `true` for the names and addresses of this machine, and for Unix sockets.
pub(super) fn is_local(host: &str) -> bool {
    let address: Result<IpAddr, _> = host.parse();
    let is_socket = host.starts_with('/') || host.starts_with("%2F");
    let is_loopback = address.is_ok_and(|address| address.to_canonical().is_loopback());
    host.eq_ignore_ascii_case("localhost") || is_loopback || is_socket
}

#[cfg(test)]
mod tests {
    use super::*;

    fn remote(server: Server, url: &str) -> Vec<String> {
        let url = ServerUrl::parse(server, url);
        url.remote_hosts().map(str::to_owned).collect()
    }

    #[test]
    fn remote_hosts_are_found() {
        use Server::{MongoDb, Postgres, RabbitMq, Redis};
        for (server, url, expected) in [
            (Postgres, "postgresql://u:p@127.0.0.1:1/d", &[][..]),
            (Postgres, "postgres:///d?host=/run/postgresql", &[]),
            (Postgres, "postgres://u@%2Frun%2Fpostgresql/d", &[]),
            (
                Postgres,
                "postgres://u@localhost/d?hostaddr=10.0.0.1",
                &["10.0.0.1"],
            ),
            (Postgres, "postgres://u@a:1,localhost:2/d", &["a"]),
            (RabbitMq, "amqp://u:p@[::1]:5672/%2f", &[]),
            (RabbitMq, "amqps://u:p@[2001:db8::1]", &["2001:db8::1"]),
            (RabbitMq, "amqp://", &[]),
            (Redis, "redis://:p@LOCALHOST", &[]),
            (Redis, "redis://redis:6379/0", &["redis"]),
            (MongoDb, "mongodb://u:p@a:1,b:2/d?tls=true", &["a", "b"]),
        ] {
            assert_eq!(remote(server, url), expected, "{url}");
        }
    }

    #[test]
    fn verified_tls_is_distinguished_from_other_connections() {
        use Server::{MongoDb, Postgres, RabbitMq, Redis};
        for (server, url, expected) in [
            (Postgres, "postgres://h/d", false),
            (Postgres, "postgres://h/d?sslmode=prefer", false),
            (Postgres, "postgres://h/d?sslmode=require", true),
            (
                Postgres,
                "postgres://h/d?sslmode=require&sslmode=disable",
                false,
            ),
            (Postgres, "postgres://h/d?sslmode=verify-full", true),
            (RabbitMq, "amqp://h", false),
            (RabbitMq, "amqps://h", true),
            (Redis, "rediss://h", true),
            (Redis, "rediss://h/#insecure", false),
            (MongoDb, "mongodb://h/?tls=true", true),
            (MongoDb, "mongodb://h/?ssl=true", true),
            (MongoDb, "mongodb://h/?tls=true&tlsInsecure=true", false),
            (
                MongoDb,
                "mongodb://h/?tls=true&tlsAllowInvalidCertificates=true",
                false,
            ),
        ] {
            assert_eq!(ServerUrl::parse(server, url).is_secure(), expected, "{url}");
        }
    }

    #[test]
    fn urls_without_credentials_are_found() {
        use Server::{MongoDb, Postgres, RabbitMq, Redis};
        for (server, url, expected) in [
            (Postgres, "postgres://u@h/d", false),
            (Postgres, "postgres://u:p@h/d", true),
            (Postgres, "postgres://h/d?user=u&password=p", true),
            (Postgres, "postgres:///d?host=/run/postgresql", true),
            (RabbitMq, "amqp://h", false),
            (RabbitMq, "amqp://u@h", false),
            (RabbitMq, "amqp://u:p@h", true),
            (Redis, "redis://h", false),
            (Redis, "redis://u@h", false),
            (Redis, "redis://:p@h", true),
            (MongoDb, "mongodb://h", false),
            (MongoDb, "mongodb://u:p@h", true),
            (
                MongoDb,
                "mongodb://h/?authMechanism=MONGODB-X509&tls=true",
                true,
            ),
        ] {
            assert_eq!(
                ServerUrl::parse(server, url).has_credentials(),
                expected,
                "{url}"
            );
        }
    }
}
