use odd_client::{Client, ClientConfig, ClientError, Page, Url};

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

    /// Requests a page of a role. The token is sent only to the hosts that the user has configured, by the same protocol.
    pub(super) async fn page(&self, base: &Url, path: &str) -> Result<Page, ClientError> {
        let config = &self.access.client;
        let is_known = [&config.gateway_url, &config.read_model_url]
            .iter()
            .any(|url| url.scheme() == base.scheme() && url.host() == base.host());
        let client = if is_known {
            &self.client
        } else {
            &self.anonymous
        };
        client.page(&under(base, path)).await
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
