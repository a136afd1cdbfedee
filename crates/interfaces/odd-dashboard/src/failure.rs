use std::error::Error;
use std::io;

use odd_client::{ClientError, GATEWAY, ResolveError, inert};
use odd_contracts::{CorrelationId, Job, Problem};

use crate::exit::Exit;

/// Returns the hint for requests whose answer was not received. The read-model answers only queries, which change nothing.
fn hint_without_answer(service: &str) -> &'static str {
    match service {
        GATEWAY => {
            "a command may have taken effect; a submission with an id or an idempotency key can be repeated safely"
        }
        _ => "try again in a moment",
    }
}

/// An error for the user, and the exit code of the process.
#[derive(Debug)]
pub(crate) struct Failure {
    /// The exit code.
    pub(crate) exit: Exit,
    /// What failed.
    pub(crate) what: String,
    /// The reasons, outermost first.
    pub(crate) causes: Vec<String>,
    /// What the user can do about it.
    pub(crate) hint: Option<String>,
    /// Identifies the request in the logs of the observatory.
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

    /// Adds an error and its sources as causes.
    pub(crate) fn caused_by(mut self, error: &(dyn Error + 'static)) -> Self {
        let mut next = Some(error);
        while let Some(error) = next {
            self = self.cause(error);
            next = error.source();
        }
        self
    }

    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// The reader of standard output has closed it. The process ends without a message.
    pub(crate) fn closed_pipe() -> Self {
        Self::new(Exit::Ok, "")
    }

    /// Returns `true` if the reader of standard output has closed it.
    pub(crate) fn is_closed_pipe(&self) -> bool {
        self.what.is_empty()
    }

    /// Renders the message for standard error; empty for a closed pipe.
    pub(crate) fn render(&self, colour: bool) -> String {
        if self.is_closed_pipe() {
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
        let (exit, hint) = match error {
            ClientError::Problem(problem) => return Self::from_problem(*problem),
            ClientError::Unreachable { .. } => (
                Exit::Unreachable,
                Some(
                    "start the observatory with `odd-dashboard up`, or set its URLs with --gateway-url and --read-model-url",
                ),
            ),
            ClientError::ConnectionLost { service, .. } => {
                (Exit::Unreachable, Some(hint_without_answer(service)))
            }
            ClientError::TimedOut { service, .. } => {
                (Exit::TimedOut, Some(hint_without_answer(service)))
            }
            ClientError::UnexpectedAnswer { .. } => (
                Exit::Unreachable,
                Some("check that the URL is that of a gateway or read-model of this version"),
            ),
            ClientError::Setup(_) => (Exit::Usage, None),
        };
        let mut failure = Self::new(exit, error.to_string());
        failure
            .causes
            .extend(error.root_cause().map(ToString::to_string));
        failure.hint = hint.map(str::to_owned);
        failure
    }
}

impl From<ResolveError> for Failure {
    fn from(error: ResolveError) -> Self {
        let what = error.to_string();
        match error {
            ResolveError::Client(error) => error.into(),
            ResolveError::NotFound(_) => {
                Self::new(Exit::NotFound, what).hint("list the jobs with `odd-dashboard jobs list`")
            }
            ResolveError::TooManyJobs(_) => Self::failed(what).hint("use the whole id"),
            ResolveError::Ambiguous {
                candidates,
                has_more,
                ..
            } => {
                let mut failure = Self::failed(what).hint("use more digits, or the whole id");
                failure.causes = candidates.iter().map(candidate).collect();
                if has_more {
                    failure.causes.push("and more".to_owned());
                }
                failure
            }
        }
    }
}

/// Describes a job that a part of an id may mean.
fn candidate(job: &Job) -> String {
    let Job {
        id,
        job_type,
        status,
        created_at,
        ..
    } = job;
    format!("{id} is of type {job_type}, {status}, created {created_at}")
}

impl Failure {
    fn from_problem(problem: Problem) -> Self {
        let (exit, hint) = match problem.status {
            // The request itself is valid; it conflicts with an earlier one.
            422 if problem.code == "idempotency_conflict" => (
                Exit::Failure,
                Some("use a new key or id, or repeat the earlier submission exactly"),
            ),
            401 => (
                Exit::NotAuthorised,
                Some("set ODD_TOKEN to an API token, or ODD_TOKEN_FILE to a file that contains it"),
            ),
            403 => (
                Exit::NotAuthorised,
                Some("use a token whose role allows this"),
            ),
            404 if problem.code == "attempt_not_found" => (
                Exit::NotFound,
                Some("list its attempts with `odd-dashboard jobs get JOB`"),
            ),
            404 if problem.code != "job_not_found" => (Exit::NotFound, None),
            404 => (
                Exit::NotFound,
                Some("list the jobs with `odd-dashboard jobs list`"),
            ),
            409 if problem.code == "unique_key_held" => (
                Exit::Failure,
                Some("see what the other job does with `odd-dashboard explain JOB`"),
            ),
            400 | 422 => (
                Exit::Usage,
                Some("fix the errors above and repeat the request; nothing was stored"),
            ),
            429 | 503 => (Exit::Failure, Some("try again in a moment")),
            _ => (Exit::Failure, None),
        };
        let correlation_id = problem.correlation_id;
        let mut failure = Self::new(exit, problem.title);
        // The detail adds nothing to a list of errors.
        if problem.errors.is_empty() {
            failure = failure.cause(problem.detail);
        }
        failure.causes.extend(problem.errors.into_iter().map(
            |error| match error.pointer.as_str() {
                "" => error.message,
                pointer => format!("{pointer}: {}", error.message),
            },
        ));
        failure.hint = hint.map(str::to_owned);
        failure.correlation_id = Some(correlation_id);
        failure
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_in_server_messages_are_escaped() {
        let failure = Failure::failed("a\u{1b}]52;c;eA==\u{7}b").cause("x\u{202e}y");
        assert_eq!(
            failure.render(false),
            "error: a\\u{1b}]52;c;eA==\\u{7}b\ncause: x\\u{202e}y\n"
        );
    }

    #[test]
    fn closed_pipe_is_success_without_a_message() {
        let failure = Failure::from(io::Error::from(io::ErrorKind::BrokenPipe));
        assert_eq!(
            (failure.exit, failure.render(true)),
            (Exit::Ok, String::new())
        );
    }
}
