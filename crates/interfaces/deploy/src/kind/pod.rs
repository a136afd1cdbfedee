use serde::{Deserialize, Serialize};

/// Reasons to wait that are part of every start.
const STARTING: [&str; 2] = ["ContainerCreating", "PodInitializing"];

/// Why a pod does not run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PodProblem {
    /// The name of the pod.
    pub pod: String,
    /// Its container; absent for a pod that has none yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub container: Option<String>,
    /// One word, such as `ImagePullBackOff`.
    pub reason: String,
    /// What Kubernetes tells about it; may be empty.
    pub message: String,
    /// Whether the container has ended, so that its log is that of the run before.
    #[serde(skip)]
    pub(super) has_ended: bool,
}

impl PodProblem {
    /// Returns what to do about it.
    pub(super) fn hint(&self) -> String {
        let pod = &self.pod;
        match self.reason.as_str() {
            "ImagePullBackOff" | "ErrImagePull" | "InvalidImageName" | "ErrImageNeverPull" => {
                "check the name of the image; if its registry cannot be reached, load it from the local engine with --load IMAGE".to_owned()
            }
            "Unschedulable" => {
                "give Docker more CPUs and memory, or stop other containers".to_owned()
            }
            "OOMKilled" => "the container needs more memory than its limit in the manifests".to_owned(),
            _ => format!("`odd-dashboard cluster status` shows the state, `kubectl describe pod {pod}` its events"),
        }
    }
}

/// The part of the object that is used.
#[derive(Debug, Deserialize)]
pub(super) struct Object {
    metadata: Metadata,
    #[serde(default)]
    status: Status,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Metadata {
    name: String,
    deletion_timestamp: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Status {
    phase: String,
    reason: String,
    message: String,
    conditions: Vec<Condition>,
    init_container_statuses: Vec<Container>,
    container_statuses: Vec<Container>,
}

#[derive(Debug, Deserialize)]
struct Condition {
    #[serde(rename = "type")]
    name: String,
    status: String,
    #[serde(default)]
    reason: String,
    #[serde(default)]
    message: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Container {
    name: String,
    #[serde(default)]
    ready: bool,
    #[serde(default)]
    state: State,
    #[serde(default)]
    last_state: State,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct State {
    waiting: Option<Waiting>,
    terminated: Option<Terminated>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Waiting {
    reason: String,
    message: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Terminated {
    exit_code: i32,
    reason: String,
}

impl Object {
    /// Returns what is wrong; `None` for a pod that is ready, still starts, or is deleted.
    pub(super) fn problem(&self) -> Option<PodProblem> {
        let status = &self.status;
        if self.metadata.deletion_timestamp.is_some() || status.phase == "Succeeded" {
            return None;
        }
        let of_pod = |reason: &str, message: &str| PodProblem {
            pod: self.metadata.name.clone(),
            container: None,
            reason: reason.to_owned(),
            message: message.to_owned(),
            has_ended: false,
        };
        if status.phase == "Failed" {
            return Some(of_pod(&status.reason, &status.message));
        }
        let scheduled = status
            .conditions
            .iter()
            .find(|it| it.name == "PodScheduled");
        if let Some(condition) = scheduled.filter(|it| it.status == "False") {
            return Some(of_pod(&condition.reason, &condition.message));
        }
        let containers = status.init_container_statuses.iter();
        containers
            .chain(&status.container_statuses)
            .find_map(|container| {
                let (reason, message) = container.problem()?;
                Some(PodProblem {
                    container: Some(container.name.clone()),
                    has_ended: container.last_state.terminated.is_some(),
                    ..of_pod(&reason, &message)
                })
            })
    }
}

impl Container {
    fn problem(&self) -> Option<(String, String)> {
        let waiting = self.state.waiting.as_ref();
        let ended = self.state.terminated.as_ref();
        let last = ended.or(self.last_state.terminated.as_ref());
        let end = last
            .filter(|it| it.exit_code != 0)
            .map(|it| format!("it has ended with exit code {}", it.exit_code));
        match (waiting, ended) {
            (Some(waiting), _) if !STARTING.contains(&waiting.reason.as_str()) => Some((
                waiting.reason.clone(),
                end.unwrap_or(waiting.message.clone()),
            )),
            (None, Some(ended)) if ended.exit_code != 0 => Some((ended.reason.clone(), end?)),
            // It runs again, and may end again.
            (None, None) if !self.ready => Some((last?.reason.clone(), end?)),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(status: &str) -> Option<PodProblem> {
        let json = format!(r#"{{"metadata":{{"name":"gateway-1"}},"status":{status}}}"#);
        let object: Object = serde_json::from_str(&json).expect("a pod");
        object.problem()
    }

    fn container(state: &str) -> String {
        format!(r#"{{"phase":"Running","containerStatuses":[{{"name":"gateway",{state}}}]}}"#)
    }

    #[test]
    fn problems_have_a_reason_and_a_message() {
        for (status, reason, message) in [
            (
                container(
                    r#""state":{"waiting":{"reason":"ImagePullBackOff","message":"no such image"}}"#,
                ),
                "ImagePullBackOff",
                "no such image",
            ),
            (
                container(
                    r#""state":{"waiting":{"reason":"CrashLoopBackOff","message":"back-off"}},
                        "lastState":{"terminated":{"exitCode":78,"reason":"Error"}}"#,
                ),
                "CrashLoopBackOff",
                "it has ended with exit code 78",
            ),
            (
                container(
                    r#""ready":false,"state":{"running":{}},"lastState":{"terminated":{"exitCode":137,"reason":"OOMKilled"}}"#,
                ),
                "OOMKilled",
                "it has ended with exit code 137",
            ),
            (
                r#"{"phase":"Pending","conditions":[{"type":"PodScheduled","status":"False","reason":"Unschedulable","message":"no CPU"}]}"#.to_owned(),
                "Unschedulable",
                "no CPU",
            ),
        ] {
            let found = problem(&status).expect(reason);
            assert_eq!((&*found.reason, &*found.message), (reason, message));
            assert!(!found.hint().is_empty());
        }
    }

    #[test]
    fn pods_that_start_run_or_have_recovered_have_no_problem() {
        for state in [
            r#""state":{"waiting":{"reason":"ContainerCreating"}}"#,
            r#""ready":false,"state":{"running":{}}"#,
            r#""ready":true,"state":{"running":{}},"lastState":{"terminated":{"exitCode":1}}"#,
        ] {
            assert_eq!(problem(&container(state)), None, "{state}");
        }
        assert_eq!(problem("{}"), None);
    }
}
