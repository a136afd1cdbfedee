use super::*;
use crate::connection::Endpoint;
use crate::data::LoadFailure;
use crate::launch::{Launcher, Started};
use crate::message::{Loaded, Message};
use crate::options::Options;
use crate::update::tests::{pressed, state_with, updated};

fn start_screen() -> State {
    let launcher = Launcher {
        program: "/bin/odd-dashboard".into(),
        process_args: vec!["up".into()],
        cluster_args: vec!["cluster".into(), "up".into()],
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
            .any(|effect| matches!(effect, Effect::Launch(_)))
    );
    assert!(state.notice.is_some(), "says why it cannot be started");
}

#[test]
fn observatory_is_started_once() {
    let mut state = start_screen();
    let is_launch = |effect: &Effect| matches!(effect, Effect::Launch(_));
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
    for key in ["L", "K", "ctrl-q"] {
        let effects = pressed(&mut state, key);
        let is_change =
            |effect: &Effect| matches!(effect, Effect::Launch(_) | Effect::StopObservatory);
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
    let endpoint = Endpoint::default();
    updated(
        &mut state,
        Message::Attached(Box::new(AttachTo::Profile("prod".into())), Ok(endpoint)),
    );
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

fn starting_cluster() -> State {
    let mut state = start_screen();
    let effects = pressed(&mut state, "k");
    let is_cluster = |effect: &Effect| matches!(effect, Effect::Launch(LaunchTarget::Cluster));
    assert!(effects.iter().any(is_cluster));
    launched(&mut state, LaunchUpdate::Started { pid: 42 });
    state
}

fn announce(state: &mut State) -> Vec<Effect> {
    for (role, url) in [
        ("gateway", "http://127.0.0.1:3000"),
        ("read-model", "http://127.0.0.1:8080"),
        ("web", "http://127.0.0.1:49000"),
    ] {
        let (role, url) = (role.to_owned(), url.to_owned());
        launched(state, LaunchUpdate::Listening { role, url });
    }
    let path = "/data/admin-token".into();
    launched(state, LaunchUpdate::TokenFile { path });
    updated(state, Message::Launch(LaunchUpdate::Ready))
}

fn target(effects: &[Effect]) -> Option<&AttachTo> {
    effects.iter().find_map(|effect| match effect {
        Effect::Attach(to) => Some(to),
        _ => None,
    })
}

fn connected_cluster() -> State {
    let mut state = starting_cluster();
    let effects = announce(&mut state);
    let to = target(&effects).expect("it is connected").clone();
    let endpoint = state.endpoint.clone();
    updated(&mut state, Message::Attached(Box::new(to), Ok(endpoint)));
    state
}

#[test]
fn ready_cluster_is_connected_with_its_token_also_at_the_same_urls() {
    let mut state = starting_cluster();
    let effects = announce(&mut state);
    let url = |text: &str| odd_client::Url::parse(text).expect("a URL");
    let expected = AttachTo::Started(Box::new(Started {
        gateway: url(&state.endpoint.gateway_url),
        read_model: url(&state.endpoint.read_model_url),
        web: Some(url("http://127.0.0.1:49000")),
        token_file: Some("/data/admin-token".into()),
    }));
    assert_eq!(target(&effects), Some(&expected));
    let endpoint = state.endpoint.clone();
    let effects = updated(
        &mut state,
        Message::Attached(Box::new(expected), Ok(endpoint)),
    );
    let is_load = |effect: &Effect| matches!(effect, Effect::Load(_));
    assert!(effects.iter().any(is_load) && !state.shows_start());
    assert!(!state.launch.is_elsewhere);
}

#[test]
fn ready_cluster_leaves_another_connection_alone() {
    let mut state = starting_cluster();
    let profile = AttachTo::Profile("prod".into());
    updated(
        &mut state,
        Message::Attached(Box::new(profile), Ok(Endpoint::default())),
    );
    let effects = announce(&mut state);
    assert_eq!(target(&effects), None);
    let (notice, _) = state.notice.as_ref().expect("a notice");
    assert!(notice.text.contains("127.0.0.1:3000"), "{}", notice.text);
}

#[test]
fn token_of_the_cluster_is_not_sent_after_the_end_of_its_forwards() {
    for (is_stop, status) in [(true, "exit status: 0"), (false, "signal: 9")] {
        let mut state = connected_cluster();
        if is_stop {
            pressed(&mut state, "ctrl-q");
            pressed(&mut state, "y");
        }
        let status = status.to_owned();
        let ended = Message::Launch(LaunchUpdate::Exited { status });
        let effects = updated(&mut state, ended);
        assert_eq!(target(&effects), Some(&AttachTo::Initial));
        let phase = state.launch.phase.clone();
        let attached = Message::Attached(Box::new(AttachTo::Initial), Ok(Endpoint::default()));
        updated(&mut state, attached);
        assert_eq!(state.launch.phase, phase, "the screen stays");
        assert!(state.shows_start());
    }
}

#[test]
fn failed_start_of_a_cluster_keeps_the_connection() {
    let mut state = starting_cluster();
    let status = "exit status: 1".to_owned();
    let ended = Message::Launch(LaunchUpdate::Exited { status });
    assert_eq!(target(&updated(&mut state, ended)), None);
    assert!(matches!(state.launch.phase, LaunchPhase::Failed { .. }));
    let is_launch = |effect: &Effect| matches!(effect, Effect::Launch(LaunchTarget::Cluster));
    assert!(pressed(&mut state, "K").iter().any(is_launch));
}

#[test]
fn stop_of_a_cluster_names_the_command_that_deletes_it() {
    let mut state = connected_cluster();
    pressed(&mut state, "ctrl-q");
    match state.overlays.last() {
        Some(Overlay::Confirm(confirmation)) => {
            assert!(confirmation.detail.contains("odd-dashboard cluster down"));
        }
        other => panic!("no question: {other:?}"),
    }
}
