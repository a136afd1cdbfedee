use odd_client::{Url, is_loopback};

use super::schedule;
use crate::attach::AttachTo;
use crate::effect::Effect;
use crate::launch::{LaunchTarget, LaunchUpdate};
use crate::message::Notice;
use crate::state::{Confirmation, LaunchPhase, Overlay, State};

/// Starts an observatory, unless one is reachable or was started already.
pub(super) fn start(state: &mut State, target: LaunchTarget) -> Vec<Effect> {
    if state.launch.is_alive() || !state.shows_start() {
        return Vec::new();
    }
    if state.launch.launcher.is_none() {
        state.notify(Notice::hint(cannot_start(state)));
        return Vec::new();
    }
    state.launch.begin(target, state.now.elapsed);
    vec![Effect::Launch(target)]
}

/// Returns why no observatory can be started here.
pub(crate) fn cannot_start(state: &State) -> &'static str {
    let endpoint = &state.endpoint;
    if state.is_read_only {
        "read-only: an observatory cannot be started here"
    } else if is_remote(&endpoint.gateway_url) || is_remote(&endpoint.read_model_url) {
        "these URLs are on another machine: start it there"
    } else {
        "cannot start one from here: run odd-dashboard up"
    }
}

/// Whether the host of a URL is not this machine.
fn is_remote(url: &str) -> bool {
    Url::parse(url).is_ok_and(|url| !is_loopback(&url))
}

/// Asks whether the observatory that was started here should stop.
pub(super) fn request_stop(state: &mut State) -> Vec<Effect> {
    let Some(pid) = state.launch.pid.filter(|_| state.launch.is_alive()) else {
        state.notify(Notice::hint(
            "this interface has started no observatory; `odd-dashboard down` stops others",
        ));
        return Vec::new();
    };
    let is_starting = matches!(state.launch.phase, LaunchPhase::Starting { .. });
    let (what, detail) = match state.launch.target {
        LaunchTarget::Process => (
            "Stop the observatory",
            "It finishes the running jobs, or releases them for the next start. Accepted jobs are safe.",
        ),
        LaunchTarget::Cluster if is_starting => (
            "Cancel the start of the cluster",
            "What was started keeps running; `odd-dashboard cluster down` deletes it.",
        ),
        LaunchTarget::Cluster => (
            "End the forwards to the cluster",
            "The cluster keeps running, and its jobs too; `odd-dashboard cluster down` deletes it.",
        ),
    };
    state.overlays.push(Overlay::Confirm(Confirmation {
        question: format!("{what}, process {pid}?"),
        detail: detail.to_owned(),
        effect: Effect::StopObservatory,
    }));
    Vec::new()
}

/// Notes that the observatory is asked to stop. Returns `false` if it has ended meanwhile.
pub(super) fn stopping(state: &mut State) -> bool {
    if !state.launch.is_alive() {
        state.notify(Notice::hint("the observatory has ended already"));
        return false;
    }
    state.overlays.clear();
    let since = state.now.elapsed;
    state.launch.phase = LaunchPhase::Stopping { since };
    true
}

/// Applies what has happened to the observatory that was started here.
pub(super) fn take(state: &mut State, update: LaunchUpdate) -> Vec<Effect> {
    let launch = &mut state.launch;
    match update {
        LaunchUpdate::Started { pid } => {
            launch.pid = Some(pid);
            launch.progress.start(pid);
        }
        LaunchUpdate::Listening { role, url } => launch.add_role(role, url),
        LaunchUpdate::Step { name, is_done } => launch.progress.set(&name, is_done),
        LaunchUpdate::ServiceReady { service } => launch.progress.add_service(service),
        LaunchUpdate::PodProblem { text } => launch.progress.problem = Some(text),
        LaunchUpdate::TokenFile { path } => launch.token_file = Some(path),
        LaunchUpdate::Log(lines) => launch.add_log(lines),
        LaunchUpdate::Ready if matches!(launch.phase, LaunchPhase::Starting { .. }) => {
            return ready(state);
        }
        LaunchUpdate::Ready => {}
        LaunchUpdate::Exited { status } => return exited(state, status),
        LaunchUpdate::NotStarted { why } => launch.phase = LaunchPhase::Failed { how: why },
    }
    Vec::new()
}

/// Shows the observatory. That of a cluster may answer elsewhere, and always requires its token.
fn ready(state: &mut State) -> Vec<Effect> {
    state.launch.phase = LaunchPhase::Running;
    if state.launch.target == LaunchTarget::Process {
        schedule::reload_all(state);
        return Vec::new();
    }
    match state.launch.started() {
        Some(started) if !state.launch.is_elsewhere => {
            vec![Effect::Attach(AttachTo::Started(Box::new(started)))]
        }
        Some(started) => {
            let url = &started.gateway;
            let text = format!("the observatory on Kubernetes is ready at {url}");
            state.notify(Notice::hint(text));
            Vec::new()
        }
        None => {
            let text = "the cluster is ready, but has announced no URLs";
            state.notify(Notice::failed(text.to_owned()));
            Vec::new()
        }
    }
}

fn exited(state: &mut State, status: String) -> Vec<Effect> {
    let was_stopping = matches!(state.launch.phase, LaunchPhase::Stopping { .. });
    state.launch.phase = match was_stopping {
        true => LaunchPhase::Stopped,
        false => LaunchPhase::Failed {
            how: format!("it ended with {}", status.replace("status: ", "status ")),
        },
    };
    state.launch.pid = None;
    if !state.launch.is_elsewhere {
        state.forget_server();
        // Another program may listen at the URLs of the cluster from now on, and must not receive its token.
        let was_forwarded =
            state.launch.target == LaunchTarget::Cluster && state.launch.started().is_some();
        return match was_forwarded {
            true => vec![Effect::Attach(AttachTo::Initial)],
            false => Vec::new(),
        };
    }
    let how = match was_stopping {
        true => "has stopped".to_owned(),
        false => format!("ended with {status}"),
    };
    let what = match state.launch.target {
        LaunchTarget::Process => "the observatory that was started here",
        LaunchTarget::Cluster => "the process with the forwards to the cluster",
    };
    state.notify(Notice::hint(format!("{what} {how}")));
    Vec::new()
}

/// Leaves the start screen when a server answers after the end of the one that was started here.
pub(super) fn reached(state: &mut State) {
    if matches!(
        state.launch.phase,
        LaunchPhase::Stopped | LaunchPhase::Failed { .. }
    ) {
        state.launch.phase = LaunchPhase::Idle;
    }
}

#[cfg(test)]
mod tests;
