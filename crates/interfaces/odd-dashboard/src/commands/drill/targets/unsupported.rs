use reqwest::StatusCode;

use crate::commands::deployment::Deployment;
use crate::exit::Exit;
use crate::failure::Failure;

/// Why a deployment does not support a drill.
#[derive(Debug)]
pub(in crate::commands::drill) enum Unsupported {
    /// The deployment was not started with drills allowed.
    NotAllowed(String),
    /// The token is missing or unknown, or not that of an administrator.
    NotAuthorised {
        /// What a process answered.
        why: String,
        /// What to do about it.
        hint: &'static str,
    },
    /// Anything else.
    Other(String),
}

impl Unsupported {
    /// Returns why a process refused the token, if it did.
    pub(super) fn by_token(
        deployment: &Deployment,
        url: &str,
        status: StatusCode,
        about: impl Fn(String) -> String,
    ) -> Option<Self> {
        let (why, hint) = match status {
            StatusCode::FORBIDDEN => (
                "answered 403; only the role admin may run drills".to_owned(),
                "use a token with the role admin",
            ),
            StatusCode::UNAUTHORIZED => match deployment.withholds_token_from(url) {
                Some(host) => (
                    format!(
                        "answered 401; the token is not sent to {host}, because neither --gateway-url nor --read-model-url \
                         names it"
                    ),
                    "run the drill with URLs of the gateway and the read-model on that host",
                ),
                None => (
                    "answered 401; the token is missing or unknown".to_owned(),
                    "set ODD_TOKEN or ODD_TOKEN_FILE to a token with the role admin",
                ),
            },
            _ => return None,
        };
        Some(Self::NotAuthorised {
            why: about(why),
            hint,
        })
    }

    /// Returns `true` if the reason holds for every drill of the deployment.
    pub(in crate::commands::drill) fn is_about_every_drill(&self) -> bool {
        !matches!(self, Self::Other(_))
    }

    /// Returns the reason.
    pub(in crate::commands::drill) fn why(&self) -> &str {
        match self {
            Self::NotAllowed(why) | Self::NotAuthorised { why, .. } | Self::Other(why) => why,
        }
    }
}

impl From<Unsupported> for Failure {
    fn from(unsupported: Unsupported) -> Self {
        match unsupported {
            Unsupported::NotAllowed(why) => Self::failed("drills are not allowed here")
                .cause(why)
                .hint(
                    "start every role with --allow-drills or ODD_ALLOW_DRILLS=true, but only in a deployment whose jobs may \
                     fail",
                ),
            Unsupported::NotAuthorised { why, hint } => {
                Self::new(Exit::NotAuthorised, "the drill was refused")
                    .cause(why)
                    .hint(hint)
            }
            Unsupported::Other(why) => {
                Self::failed("the deployment does not support this drill").cause(why)
            }
        }
    }
}
