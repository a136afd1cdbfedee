use odd_client::{Client, ClientConfig, ClientError, Page, Url, is_loopback};

use crate::{Finding, Fix};

/// Where a deployment runs, and what this program is.
#[derive(Debug, Clone)]
pub struct DeploymentAccess {
    /// The URLs, the token and the time limits.
    pub client: ClientConfig,
    /// SemVer version of this program.
    pub version: String,
    /// The commit that this program was built from.
    pub commit: String,
    /// The user has named the deployment: that it does not answer is a failure, and not a reason to skip checks.
    pub is_expected: bool,
}

/// The clients of a deployment.
#[derive(Debug)]
pub(super) struct Connection {
    pub(super) access: DeploymentAccess,
    pub(super) client: Client,
    /// Sends no token.
    pub(super) anonymous: Client,
}

impl Connection {
    pub(super) fn new(access: DeploymentAccess) -> Result<Self, ClientError> {
        let anonymous = ClientConfig {
            token: None,
            ..access.client.clone()
        };
        Ok(Self {
            client: Client::new(access.client.clone())?,
            anonymous: Client::new(anonymous)?,
            access,
        })
    }

    /// Requests a page of a role. The token is sent only to the servers that the user has configured: another port of the same
    /// machine may be that of another program.
    pub(super) async fn page(&self, base: &Url, path: &str) -> Result<Page, ClientError> {
        let config = &self.access.client;
        let is_configured = [&config.gateway_url, &config.read_model_url]
            .iter()
            .any(|url| url.origin() == base.origin());
        let client = if is_configured {
            &self.client
        } else {
            &self.anonymous
        };
        client.page(&under(base, path)).await
    }

    /// Returns `true` for a deployment on another machine.
    pub(super) fn is_remote(&self) -> bool {
        !is_loopback(&self.access.client.read_model_url)
    }

    /// Returns the URL at which this machine reaches a role; `None` if it cannot. A deployment lists the URLs that it uses
    /// itself: on another machine, a loopback URL would be that of another program here.
    pub(super) fn url_of(&self, role: &str, listed: &str) -> Option<Url> {
        let config = &self.access.client;
        let listed = Url::parse(listed).ok();
        match role {
            _ if !self.is_remote() => listed,
            "gateway" => Some(config.gateway_url.clone()),
            "read-model" => Some(config.read_model_url.clone()),
            _ => listed.filter(|url| !is_loopback(url)),
        }
    }

    /// Reports that a server does not answer.
    pub(super) fn unreachable(&self, error: &ClientError) -> Finding {
        let cause = error.root_cause().map(|cause| format!(": {cause}"));
        let detail = format!("{error}{}", cause.unwrap_or_default());
        let is_absent = matches!(error, ClientError::Unreachable { .. });
        if is_absent && !self.access.is_expected {
            return Finding::skipped(format!("nothing runs here yet: {detail}"));
        }
        let fix = Fix::new(
            "start the observatory, or set its URLs with --gateway-url and --read-model-url",
        );
        Finding::fail(detail, fix.command("odd-dashboard up"))
    }

    /// Reports that a query failed whose server another probe checks.
    pub(super) fn unanswered(&self, error: &ClientError) -> Finding {
        match error.status() {
            Some(401 | 403) => Finding::warn(
                "the server requires a token that may read",
                Fix::new("set ODD_TOKEN or ODD_TOKEN_FILE to a token with the role read"),
            ),
            Some(_) => Finding::warn(
                format!("the query failed: {error}"),
                Fix::new("check the log of the read-model"),
            ),
            None => Finding::skipped("the read-model does not answer"),
        }
    }
}

/// Appends a path to a base URL.
pub(super) fn under(base: &Url, path: &str) -> Url {
    let mut url = base.clone();
    if let Ok(mut segments) = url.path_segments_mut() {
        segments.pop_if_empty().extend(path.split('/'));
    }
    url
}

#[cfg(test)]
pub(super) mod tests {
    use std::io::{BufRead, BufReader, Write};
    use std::net::TcpListener;
    use std::time::Duration;

    use odd_client::Token;

    use super::*;

    pub(crate) fn connection(gateway: &str, read_model: &str) -> Connection {
        let url = |text: &str| Url::parse(text).expect("a URL");
        let limit = Duration::from_secs(5);
        let access = DeploymentAccess {
            client: ClientConfig {
                gateway_url: url(gateway),
                read_model_url: url(read_model),
                token: Some(Token::new("secret".to_owned())),
                connect_timeout: limit,
                request_timeout: limit,
            },
            version: "0.1.0".to_owned(),
            commit: "unknown".to_owned(),
            is_expected: true,
        };
        Connection::new(access).expect("valid")
    }

    /// Starts a server on a free port that answers one request. Returns its URL, and whether the request has a token.
    fn server() -> (Url, std::thread::JoinHandle<bool>) {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("bound");
        let answer = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().expect("a request");
            let lines = BufReader::new(stream.try_clone().expect("open")).lines();
            let head: Vec<String> = lines
                .map_while(Result::ok)
                .take_while(|line| !line.is_empty())
                .collect();
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
            head.iter()
                .any(|line| line.to_lowercase().starts_with("authorization"))
        });
        (
            Url::parse(&format!("http://{address}")).expect("a URL"),
            answer,
        )
    }

    #[tokio::test]
    async fn token_is_sent_to_the_configured_servers_only() {
        let (configured, has_token) = server();
        let connection = connection(configured.as_str(), "http://127.0.0.1:1");
        let page = connection.page(&configured, "metrics").await;
        assert_eq!(page.expect("an answer").status, 200);
        assert!(has_token.join().expect("no panic"));
        // Another port of the same machine.
        let (other, has_token) = server();
        connection.page(&other, "metrics").await.expect("an answer");
        assert!(!has_token.join().expect("no panic"));
    }

    #[test]
    fn loopback_urls_of_another_machine_are_not_used_here() {
        let remote = connection("https://jobs.example/g", "https://jobs.example/r");
        let url = |connection: &Connection, role, listed| {
            connection.url_of(role, listed).map(String::from)
        };
        let listed = "http://127.0.0.1:8000/";
        assert_eq!(url(&remote, "processor", listed), None);
        let configured = Some("https://jobs.example/g".to_owned());
        assert_eq!(url(&remote, "gateway", listed), configured);
        let other = "http://10.0.0.5:8000/";
        assert_eq!(url(&remote, "processor", other).as_deref(), Some(other));
        let local = connection("http://127.0.0.1:3000", "http://localhost:8080");
        assert_eq!(url(&local, "gateway", listed).as_deref(), Some(listed));
    }
}
