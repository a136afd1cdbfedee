use crate::launch::LaunchTarget;

/// What the start screen says about an observatory that is started here.
pub(super) struct Texts {
    pub(super) starting: &'static str,
    pub(super) stopping: &'static str,
    pub(super) while_stopping: &'static str,
    pub(super) stopped: &'static str,
    pub(super) after_stop: &'static str,
    pub(super) not_running: &'static str,
    pub(super) after_failure: Option<&'static str>,
}

const PROCESS: Texts = Texts {
    starting: "Starting an observatory on this machine",
    stopping: "Stopping the observatory",
    while_stopping: "Running jobs are finished, or released for the next start.",
    stopped: "The observatory has stopped.",
    after_stop: "Accepted jobs are in its data directory, and run at the next start.",
    not_running: "The observatory does not run",
    after_failure: None,
};

const CLUSTER: Texts = Texts {
    starting: "Starting an observatory on Kubernetes",
    stopping: "Stopping `cluster up`, with its forwards",
    while_stopping: "The cluster keeps running.",
    stopped: "`cluster up` has stopped, with its forwards.",
    after_stop: "The cluster keeps running: start it again to connect to it; `odd-dashboard cluster down` deletes it.",
    not_running: "`cluster up` has failed",
    after_failure: Some(
        "What was started keeps running: start it again to continue; `odd-dashboard cluster down` deletes it.",
    ),
};

pub(super) const fn texts(target: LaunchTarget) -> &'static Texts {
    match target {
        LaunchTarget::Process => &PROCESS,
        LaunchTarget::Cluster => &CLUSTER,
    }
}
