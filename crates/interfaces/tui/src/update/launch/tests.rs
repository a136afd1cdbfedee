use super::*;
use crate::data::LoadFailure;
use crate::launch::Launcher;
use crate::message::{Loaded, Message};
use crate::options::Options;
use crate::update::tests::{pressed, state_with, updated};

fn start_screen() -> State {
    let launcher = Launcher {
        program: "/bin/odd-dashboard".into(),
        args: vec!["up".into()],
        data_dir: "/data".into(),
        log_dir: "/data/logs".into(),
    };
    let mut state = state_with(&Options {
        launcher: Some(launcher),
        ..Options::default()
    });
    fail_to_load(&mut state);
    state
}

fn fail_to_load(state: &mut State) {
    let failure = LoadFailure {
        what: "no server".into(),
        cause: "refused".into(),
        hint: "",
        is_unreachable: true,
    };
    let answer = Box::new(Loaded::Overview(Err(failure)));
    updated(state, Message::Loaded(answer));
}

fn launched(state: &mut State, update: LaunchUpdate) {
    updated(state, Message::Launch(update));
}

fn running() -> State {
    let mut state = start_screen();
    pressed(&mut state, "L");
    launched(&mut state, LaunchUpdate::Started { pid: 42 });
    launched(&mut state, LaunchUpdate::Ready);
    state
}

#[test]
fn start_screen_is_shown_only_when_nothing_was_ever_reachable() {
    let mut state = crate::update::tests::state();
    assert!(!state.shows_start());
    fail_to_load(&mut state);
    assert!(state.shows_start());
    let effects = pressed(&mut state, "L");
    assert!(
        !effects
            .iter()
            .any(|effect| matches!(effect, Effect::Launch))
    );
    assert!(state.notice.is_some(), "says why it cannot be started");
}

#[test]
fn observatory_is_started_once() {
    let mut state = start_screen();
    let is_launch = |effect: &Effect| matches!(effect, Effect::Launch);
    assert!(pressed(&mut state, "l").iter().any(is_launch));
    assert!(!pressed(&mut state, "L").iter().any(is_launch));
    assert!(state.needs_fast_ticks());
}

#[test]
fn ready_observatory_is_loaded_at_once() {
    let mut state = start_screen();
    pressed(&mut state, "L");
    launched(&mut state, LaunchUpdate::Started { pid: 42 });
    let effects = updated(&mut state, Message::Launch(LaunchUpdate::Ready));
    assert!(
        effects
            .iter()
            .any(|effect| matches!(effect, Effect::Load(_)))
    );
    assert!(!state.shows_start() || state.unreachable().is_some());
    assert_eq!(state.launch.phase, LaunchPhase::Running);
}

#[test]
fn failure_keeps_the_log() {
    let mut state = start_screen();
    pressed(&mut state, "L");
    launched(&mut state, LaunchUpdate::Started { pid: 42 });
    launched(&mut state, LaunchUpdate::Log(vec!["error: no".into()]));
    let status = "exit status: 1".to_owned();
    launched(&mut state, LaunchUpdate::Exited { status });
    assert!(state.shows_start());
    assert_eq!(state.launch.log.len(), 1);
    assert_eq!(state.launch.pid, None);
}

#[test]
fn only_the_observatory_of_this_interface_can_be_stopped() {
    let mut state = start_screen();
    pressed(&mut state, "ctrl-q");
    assert!(state.overlays.is_empty());
    assert!(state.notice.is_some());
    let mut state = running();
    pressed(&mut state, "ctrl-q");
    assert!(matches!(state.overlays.last(), Some(Overlay::Confirm(_))));
    let effects = pressed(&mut state, "n");
    let is_stop = |effect: &Effect| matches!(effect, Effect::StopObservatory);
    assert!(!effects.iter().any(is_stop));
    pressed(&mut state, "ctrl-q");
    assert!(pressed(&mut state, "y").iter().any(is_stop));
    assert!(matches!(state.launch.phase, LaunchPhase::Stopping { .. }));
    let status = "exit status: 0".to_owned();
    launched(&mut state, LaunchUpdate::Exited { status });
    assert_eq!(state.launch.phase, LaunchPhase::Stopped);
    assert!(state.shows_start());
}

#[test]
fn read_only_interface_starts_and_stops_nothing() {
    let mut state = start_screen();
    state.is_read_only = true;
    state.launch.launcher = None;
    for key in ["L", "ctrl-q"] {
        let effects = pressed(&mut state, key);
        let is_change =
            |effect: &Effect| matches!(effect, Effect::Launch | Effect::StopObservatory);
        assert!(!effects.iter().any(is_change), "{key}");
    }
}

#[test]
fn stop_that_is_confirmed_too_late_changes_nothing() {
    let mut state = running();
    pressed(&mut state, "ctrl-q");
    let status = "exit status: 1".to_owned();
    launched(&mut state, LaunchUpdate::Exited { status });
    let effects = pressed(&mut state, "y");
    assert!(
        effects
            .iter()
            .all(|it| !matches!(it, Effect::StopObservatory))
    );
    assert!(matches!(state.launch.phase, LaunchPhase::Failed { .. }));
}

#[test]
fn end_of_the_own_observatory_leaves_another_connection_alone() {
    let mut state = running();
    let endpoint = crate::connection::Endpoint::default();
    updated(&mut state, Message::Attached(Ok(endpoint)));
    let opened = crate::message::StreamUpdate::Open { is_complete: true };
    updated(&mut state, Message::Stream(opened));
    let status = "exit status: 0".to_owned();
    launched(&mut state, LaunchUpdate::Exited { status });
    assert!(state.stream.is_live() && !state.shows_start());
    let (notice, _) = state.notice.as_ref().expect("a notice");
    assert!(
        notice.text.contains("ended with exit status: 0"),
        "{}",
        notice.text
    );
}
