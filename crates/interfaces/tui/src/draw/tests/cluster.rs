//! An observatory on Kubernetes that is started from the start screen.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use insta::assert_snapshot;

use super::Story;
use super::launcher::{log, options};
use crate::attach::AttachTo;
use crate::connection::Endpoint;
use crate::effect::Effect;
use crate::launch::LaunchUpdate;
use crate::message::Message;

const SERVICES: [&str; 12] = [
    "gateway",
    "grafana",
    "jaeger",
    "metrics-engine",
    "mongo-express",
    "otel-collector",
    "postgres",
    "processor",
    "prometheus",
    "rabbitmq",
    "read-model",
    "redis",
];

fn launched(story: &mut Story, update: LaunchUpdate) -> Vec<Effect> {
    let now = super::at(story.seconds);
    crate::update::update(&mut story.state, now, Message::Launch(update))
}

fn step(story: &mut Story, name: &str, is_done: bool) {
    let name = name.to_owned();
    launched(story, LaunchUpdate::Step { name, is_done });
}

fn rolling_out() -> Story {
    let mut story = Story::unreachable(&options());
    story.press('k');
    launched(&mut story, LaunchUpdate::Started { pid: 4242 });
    for name in ["prerequisites", "cluster", "images", "manifests"] {
        step(&mut story, name, false);
        step(&mut story, name, true);
    }
    step(&mut story, "rollout", false);
    story.wait(42);
    story
}

fn ready() -> Story {
    let mut story = rolling_out();
    for name in ["rollout", "forwards"] {
        step(&mut story, name, true);
    }
    for (role, url) in [
        ("gateway", "http://127.0.0.1:3000"),
        ("read-model", "http://127.0.0.1:43567"),
    ] {
        let (role, url) = (role.to_owned(), url.to_owned());
        launched(&mut story, LaunchUpdate::Listening { role, url });
    }
    let path = "/data/odd-dashboard/kubernetes/observatory/secrets/admin-token".into();
    launched(&mut story, LaunchUpdate::TokenFile { path });
    let effects = launched(&mut story, LaunchUpdate::Ready);
    let target = effects.into_iter().find_map(|effect| match effect {
        Effect::Attach(target) => Some(target),
        _ => None,
    });
    let endpoint = Endpoint {
        gateway_url: "http://127.0.0.1:3000/".into(),
        read_model_url: "http://127.0.0.1:43567/".into(),
        ..Endpoint::default()
    };
    let target = target.expect("it is connected");
    story.send(Message::Attached(Box::new(target), Ok(endpoint)));
    story
}

fn press_stop(story: &mut Story) {
    let key = KeyEvent::new(KeyCode::Char('q'), KeyModifiers::CONTROL);
    story.send(Message::Key(key));
}

#[test]
fn start_shows_the_steps_of_the_cluster() {
    let mut story = rolling_out();
    for service in SERVICES {
        let service = service.to_owned();
        launched(&mut story, LaunchUpdate::ServiceReady { service });
    }
    let text = "redisinsight-0: ImagePullBackOff: Back-off pulling image".to_owned();
    launched(&mut story, LaunchUpdate::PodProblem { text });
    assert_snapshot!(story.screens());
}

#[test]
fn ready_cluster_is_shown() {
    assert_snapshot!(ready().screen((80, 24)));
}

#[test]
fn stop_of_the_forwards_says_that_the_cluster_keeps_running() {
    let mut story = ready();
    press_stop(&mut story);
    assert_snapshot!("stop_of_the_forwards_is_confirmed", story.screen((80, 24)));
    story.press('y');
    assert_snapshot!("forwards_are_ended", story.screen((80, 24)));
    let status = "exit status: 0".to_owned();
    launched(&mut story, LaunchUpdate::Exited { status });
    let endpoint = Endpoint {
        gateway_url: "http://127.0.0.1:3000/".into(),
        read_model_url: "http://127.0.0.1:8080/".into(),
        ..Endpoint::default()
    };
    story.send(Message::Attached(Box::new(AttachTo::Initial), Ok(endpoint)));
    story.wait(6);
    assert_snapshot!("forwards_have_ended", story.screens());
}

#[test]
fn start_that_is_stopped_is_confirmed() {
    let mut story = rolling_out();
    press_stop(&mut story);
    assert_snapshot!(story.screen((80, 24)));
}

#[test]
fn missing_program_is_named_with_what_to_do() {
    let mut story = Story::unreachable(&options());
    story.press('K');
    launched(&mut story, LaunchUpdate::Started { pid: 4242 });
    step(&mut story, "prerequisites", false);
    log(
        &mut story,
        &[
            "error: kind is not installed",
            "hint: install kind, https://kind.sigs.k8s.io/",
        ],
    );
    let status = "exit status: 1".to_owned();
    launched(&mut story, LaunchUpdate::Exited { status });
    assert_snapshot!(story.screens());
}

#[test]
fn pod_that_does_not_start_is_named_with_its_reasons() {
    let mut story = rolling_out();
    log(
        &mut story,
        &[
            "error: the pod gateway-5d4f-x does not start: CrashLoopBackOff",
            "cause: back-off 40s restarting failed container",
            "cause: error: no such database",
            "hint: show the log of the pod with kubectl",
        ],
    );
    let status = "exit status: 1".to_owned();
    launched(&mut story, LaunchUpdate::Exited { status });
    assert_snapshot!(story.screen((80, 24)));
}
