use odd_client::{Url, is_loopback};

use super::schedule;
use crate::effect::Effect;
use crate::launch::LaunchUpdate;
use crate::message::Notice;
use crate::state::{Confirmation, LaunchPhase, Overlay, State};

/// Starts an observatory, unless one is reachable or was started already.
pub(super) fn start(state: &mut State) -> Vec<Effect> {
    if state.launch.is_alive() || !state.shows_start() {
        return Vec::new();
    }
    if state.launch.launcher.is_none() {
        state.notify(Notice::hint(cannot_start(state)));
        return Vec::new();
    }
    state.launch.begin(state.now.elapsed);
    vec![Effect::Launch]
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
    state.overlays.push(Overlay::Confirm(Confirmation {
        question: format!("Stop the observatory, process {pid}?"),
        detail: "It finishes the running jobs, or releases them for the next start. Accepted jobs are safe."
            .to_owned(),
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
pub(super) fn take(state: &mut State, update: LaunchUpdate) {
    match update {
        LaunchUpdate::Started { pid } => state.launch.pid = Some(pid),
        LaunchUpdate::Listening { role, url } => state.launch.add_role(role, url),
        LaunchUpdate::Log(lines) => state.launch.add_log(lines),
        LaunchUpdate::Ready => {
            if matches!(state.launch.phase, LaunchPhase::Starting { .. }) {
                state.launch.phase = LaunchPhase::Running;
                schedule::reload_all(state);
            }
        }
        LaunchUpdate::Exited { status } => exited(state, status),
        LaunchUpdate::NotStarted { why } => {
            state.launch.phase = LaunchPhase::Failed { how: why };
        }
    }
}

fn exited(state: &mut State, status: String) {
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
        return;
    }
    let how = match was_stopping {
        true => "has stopped".to_owned(),
        false => format!("ended with {status}"),
    };
    state.notify(Notice::hint(format!(
        "the observatory that was started here {how}"
    )));
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
