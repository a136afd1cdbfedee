use std::io;

use odd_client::ClientError;
use odd_contracts::{CorrelationId, Problem};

use crate::exit::Exit;
use crate::output::inert;

/// What went wrong, in the words that the person at the terminal needs, and the code to exit with.
#[derive(Debug)]
pub(crate) struct Failure {
    /// The exit code.
    pub(crate) exit: Exit,
    /// What did not work.
    pub(crate) what: String,
    /// Why, one reason per line.
    pub(crate) causes: Vec<String>,
    /// What to do about it.
    pub(crate) hint: Option<String>,
    /// What the logs of the observatory know it by.
    pub(crate) correlation_id: Option<CorrelationId>,
}

impl Failure {
    pub(crate) fn new(exit: Exit, what: impl Into<String>) -> Self {
        Self {
            exit,
            what: what.into(),
            causes: Vec::new(),
            hint: None,
            correlation_id: None,
        }
    }

    pub(crate) fn usage(what: impl Into<String>) -> Self {
        Self::new(Exit::Usage, what)
    }

    pub(crate) fn failed(what: impl Into<String>) -> Self {
        Self::new(Exit::Failure, what)
    }

    pub(crate) fn cause(mut self, cause: impl ToString) -> Self {
        self.causes.push(cause.to_string());
        self
    }

    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// The reader of standard output went away: nothing to report, and nobody to report it to.
    pub(crate) fn closed_pipe() -> Self {
        Self::new(Exit::Ok, "")
    }

    /// The message for standard error; empty when there is nothing to say.
    pub(crate) fn render(&self, colour: bool) -> String {
        if self.what.is_empty() {
            return String::new();
        }
        let (red, dim, end) = if colour {
            ("\u{1b}[1;31m", "\u{1b}[2m", "\u{1b}[0m")
        } else {
            ("", "", "")
        };
        let mut text = format!("{red}error:{end} {}\n", inert(&self.what));
        for cause in &self.causes {
            text.push_str(&format!("{dim}cause:{end} {}\n", inert(cause)));
        }
        if let Some(hint) = &self.hint {
            text.push_str(&format!("{dim}hint:{end} {}\n", inert(hint)));
        }
        text
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            return Self::closed_pipe();
        }
        Self::failed("reading or writing failed").cause(error)
    }
}

impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Self {
        let mut failure = Self::failed(error.to_string());
        failure.causes = error.chain().skip(1).map(ToString::to_string).collect();
        failure
    }
}

impl From<ClientError> for Failure {
    fn from(error: ClientError) -> Self {
        let what = error.to_string();
        match error {
            ClientError::Unreachable { reason, .. } => Self::new(Exit::Unreachable, what)
                .cause(reason)
                .hint("start the observatory with `odd-dashboard up`, or say where it is with --gateway-url and --read-model-url"),
            ClientError::TimedOut { .. } => Self::new(Exit::TimedOut, what)
                .hint("whether a command took effect is unknown; a submission with --id or --idempotency-key can be repeated safely"),
            ClientError::Problem(problem) => Self::from_problem(*problem),
            ClientError::UnexpectedAnswer { reason, .. } => Self::new(Exit::Unreachable, what)
                .cause(reason)
                .hint("check that the URL names a gateway or read-model of this version"),
            ClientError::Setup(reason) => Self::usage(what).cause(reason),
        }
    }
}

impl Failure {
    fn from_problem(problem: Problem) -> Self {
        let (exit, hint) = match problem.status {
            // Well-formed: what was said before stands in the way, not a mistake in this request.
            422 if problem.code == "idempotency_conflict" => (
                Exit::Failure,
                Some("use a new key or id, or repeat the earlier submission exactly"),
            ),
            401 => (
                Exit::NotAuthorised,
                Some("set ODD_TOKEN, or name a file that holds the token with ODD_TOKEN_FILE"),
            ),
            403 => (
                Exit::NotAuthorised,
                Some("use a token whose role allows this"),
            ),
            404 => (
                Exit::NotFound,
                Some("`odd-dashboard jobs list` shows what is there"),
            ),
            400 | 422 => (
                Exit::Usage,
                Some("mend what is named above, and submit it again: nothing was stored"),
            ),
            429 | 503 => (Exit::Failure, Some("try again in a moment")),
            _ => (Exit::Failure, None),
        };
        let correlation_id = problem.correlation_id;
        let mut failure = Self::new(exit, problem.title);
        // Where single errors are listed, the detail only says so.
        if problem.errors.is_empty() {
            failure = failure.cause(problem.detail);
        }
        failure.causes.extend(
            problem
                .errors
                .into_iter()
                .map(|error| format!("{}: {}", error.pointer, error.message)),
        );
        failure.hint = hint.map(str::to_owned);
        failure.correlation_id = Some(correlation_id);
        failure
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_words_of_a_server_are_shown_inert() {
        let failure = Failure::failed("a\u{1b}]52;c;eA==\u{7}b").cause("x\u{202e}y");
        assert_eq!(
            failure.render(false),
            "error: a\\u{1b}]52;c;eA==\\u{7}b\ncause: x\\u{202e}y\n"
        );
    }

    #[test]
    fn closed_pipe_is_quiet_success() {
        let failure = Failure::from(io::Error::from(io::ErrorKind::BrokenPipe));
        assert_eq!(
            (failure.exit, failure.render(true)),
            (Exit::Ok, String::new())
        );
    }
}
