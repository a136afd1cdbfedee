use std::net::IpAddr;

use odd_client::Url;

use crate::settings::list::{MONGODB_URL, POSTGRES_URL, RABBITMQ_URL, REDIS_URL, Setting};

/// A server that a role stands on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Server {
    Postgres,
    RabbitMq,
    Redis,
    MongoDb,
}

impl Server {
    /// What names it.
    pub(crate) const fn setting(self) -> &'static Setting {
        match self {
            Self::Postgres => &POSTGRES_URL,
            Self::RabbitMq => &RABBITMQ_URL,
            Self::Redis => &REDIS_URL,
            Self::MongoDb => &MONGODB_URL,
        }
    }
}

/// What a URL says about the way to a server, and about who asks to be let in. The drivers read it for themselves; this
/// is as much as the rules of production need. Where a URL is not clear, it seems to say less than it does.
pub(crate) struct Link {
    pub(crate) server: Server,
    scheme: String,
    /// Each without its port; none for the machine itself.
    pub(crate) hosts: Vec<String>,
    user: String,
    password: String,
    options: Vec<(String, String)>,
    fragment: String,
}

impl Link {
    /// Takes the parts of a URL of any of the servers, which may name several hosts.
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

    /// The hosts on other machines.
    pub(crate) fn remote_hosts(&self) -> impl Iterator<Item = &str> {
        let hosts = self.hosts.iter().map(String::as_str);
        hosts.filter(|host| !is_local(host))
    }

    /// Whether what travels is encrypted, to a server that has proved who it is.
    pub(crate) fn is_secure(&self) -> bool {
        let is = |name: &str| self.option(name).is_some_and(|value| value == "true");
        match self.server {
            Server::Postgres => matches!(self.option("sslmode"), Some("require" | "verify-full")),
            Server::RabbitMq => self.scheme == "amqps",
            Server::Redis => self.scheme == "rediss" && self.fragment != "insecure",
            Server::MongoDb => {
                let trusts_anybody = is("tlsInsecure") || is("tlsAllowInvalidCertificates");
                (is("tls") || is("ssl")) && !trusts_anybody
            }
        }
    }

    /// Whether someone in particular asks to be let in, and proves it.
    pub(crate) fn has_credentials(&self) -> bool {
        match self.server {
            Server::Postgres => {
                let is_socket = |host: &String| host.starts_with('/') || host.starts_with("%2F");
                let is_known_by_its_socket =
                    !self.hosts.is_empty() && self.hosts.iter().all(is_socket);
                let password = self.option("password").unwrap_or(&self.password);
                !password.is_empty() || is_known_by_its_socket
            }
            Server::RabbitMq => !self.user.is_empty() && !self.password.is_empty(),
            Server::Redis => !self.password.is_empty(),
            Server::MongoDb => {
                let mechanism = self.option("authMechanism");
                !self.password.is_empty() || mechanism == Some("MONGODB-X509")
            }
        }
    }

    /// Whether these are the credentials that every new RabbitMQ has.
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

/// IPv6 addresses stand in brackets.
fn without_port(host: &str) -> String {
    match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or(rest),
        None => host.split(':').next().unwrap_or(host),
    }
    .to_owned()
}

/// On this machine: by name, by address, or by a socket in its file system.
fn is_local(host: &str) -> bool {
    let address: Result<IpAddr, _> = host.parse();
    let is_socket = host.starts_with('/') || host.starts_with("%2F");
    let is_loopback = address.is_ok_and(|address| address.to_canonical().is_loopback());
    host.eq_ignore_ascii_case("localhost") || is_loopback || is_socket
}

#[cfg(test)]
mod tests {
    use super::*;

    fn remote(server: Server, url: &str) -> Vec<String> {
        let link = Link::parse(server, url);
        link.remote_hosts().map(str::to_owned).collect()
    }

    #[test]
    fn hosts_beyond_this_machine_are_found() {
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
    fn links_that_prove_who_answers_are_told_from_others() {
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
            assert_eq!(Link::parse(server, url).is_secure(), expected, "{url}");
        }
    }

    #[test]
    fn links_without_credentials_are_told_from_others() {
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
                Link::parse(server, url).has_credentials(),
                expected,
                "{url}"
            );
        }
    }
}
