use odd_client::{ClientError, inert};

/// A request that failed, in words for the user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoadFailure {
    /// What failed.
    pub what: String,
    /// The cause, in one line; empty when `what` says everything.
    pub cause: String,
    /// What to do about it.
    pub hint: &'static str,
    /// Whether no server could be reached, so that starting one may help.
    pub is_unreachable: bool,
}

impl From<&ClientError> for LoadFailure {
    fn from(error: &ClientError) -> Self {
        let cause = match error {
            ClientError::Problem(problem) => problem.detail.clone(),
            _ => error
                .root_cause()
                .map(ToString::to_string)
                .unwrap_or_default(),
        };
        Self {
            what: inert(&error.to_string()).into_owned(),
            cause: inert(&cause).into_owned(),
            hint: hint(error),
            is_unreachable: matches!(error, ClientError::Unreachable { .. }),
        }
    }
}

fn hint(error: &ClientError) -> &'static str {
    match error {
        ClientError::Unreachable { .. } => "start it with `odd-dashboard up`, or check the URLs",
        ClientError::ConnectionLost { .. } | ClientError::TimedOut { .. } => {
            "the request is repeated; `odd-dashboard status` shows the services"
        }
        ClientError::Problem(problem) => match problem.status {
            401 => "set ODD_TOKEN or ODD_TOKEN_FILE to an API token",
            404 => "check the id; finished jobs are removed after the retention period",
            403 => "use a token whose role allows this",
            _ => "the request is repeated",
        },
        ClientError::UnexpectedAnswer { .. } => {
            "check that the URL is that of an observatory of this version"
        }
        ClientError::Setup(_) => "check the token and the URLs",
    }
}
