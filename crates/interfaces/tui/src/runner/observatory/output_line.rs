use std::path::PathBuf;

use odd_client::inert;
use serde::Deserialize;

use crate::launch::LaunchUpdate;

/// A line of JSON on the standard output of `up` and `cluster up`. Other lines, of later versions, are ignored.
#[derive(Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
enum OutputLine {
    Listening {
        role: String,
        url: String,
    },
    Step {
        name: String,
        state: StepState,
    },
    ServiceReady {
        service: String,
    },
    PodProblem {
        pod: String,
        reason: String,
        message: String,
    },
    TokenFile {
        path: PathBuf,
    },
    Ready,
}

#[derive(Deserialize, PartialEq)]
#[serde(rename_all = "kebab-case")]
enum StepState {
    Started,
    Done,
}

/// Reads what the process announces.
pub(super) fn announced(line: &str) -> Option<LaunchUpdate> {
    let safe = |text: &str| inert(text).into_owned();
    Some(match serde_json::from_str(line).ok()? {
        OutputLine::Listening { role, url } => LaunchUpdate::Listening {
            role: safe(&role),
            url: safe(&url),
        },
        OutputLine::Step { name, state } => LaunchUpdate::Step {
            name: safe(&name),
            is_done: state == StepState::Done,
        },
        OutputLine::ServiceReady { service } => LaunchUpdate::ServiceReady {
            service: safe(&service),
        },
        OutputLine::PodProblem {
            pod,
            reason,
            message,
        } => LaunchUpdate::PodProblem {
            text: safe(format!("{pod}: {reason}: {message}").trim_end_matches(": ")),
        },
        OutputLine::TokenFile { path } => LaunchUpdate::TokenFile { path },
        OutputLine::Ready => LaunchUpdate::Ready,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn announcements_are_read_and_other_lines_ignored() {
        let listening = r#"{"event":"listening","role":"gateway","url":"http://127.0.0.1:3000"}"#;
        assert_eq!(
            announced(listening),
            Some(LaunchUpdate::Listening {
                role: "gateway".into(),
                url: "http://127.0.0.1:3000".into()
            })
        );
        assert_eq!(announced(r#"{"event":"ready"}"#), Some(LaunchUpdate::Ready));
        for other in ["", "ready", r#"{"event":"data-directory","path":"/x"}"#] {
            assert_eq!(announced(other), None, "{other}");
        }
    }

    #[test]
    fn announcements_of_a_cluster_are_read() {
        for (line, expected) in [
            (
                r#"{"event":"step","name":"images","state":"done"}"#,
                LaunchUpdate::Step {
                    name: "images".into(),
                    is_done: true,
                },
            ),
            (
                r#"{"event":"service-ready","service":"redis"}"#,
                LaunchUpdate::ServiceReady {
                    service: "redis".into(),
                },
            ),
            (
                r#"{"event":"pod-problem","pod":"redis-0","reason":"ImagePullBackOff","message":""}"#,
                LaunchUpdate::PodProblem {
                    text: "redis-0: ImagePullBackOff".into(),
                },
            ),
            (
                r#"{"event":"token-file","path":"/data/admin-token"}"#,
                LaunchUpdate::TokenFile {
                    path: "/data/admin-token".into(),
                },
            ),
        ] {
            assert_eq!(announced(line), Some(expected), "{line}");
        }
    }
}
