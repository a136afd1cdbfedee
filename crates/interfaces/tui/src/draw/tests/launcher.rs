use insta::assert_snapshot;

use super::Story;
use crate::attach::{Connector, Profile};
use crate::launch::{LaunchUpdate, Launcher};
use crate::message::Message;
use crate::options::Options;

pub(super) fn options() -> Options {
    let profile = |name: &str, host: &str| Profile {
        name: name.into(),
        gateway_url: format!("https://{host}/gateway"),
        read_model_url: format!("https://{host}/read-model"),
    };
    Options {
        launcher: Some(Launcher {
            program: "/usr/bin/odd-dashboard".into(),
            process_args: vec!["up".into()],
            cluster_args: vec!["cluster".into(), "up".into()],
            data_dir: "/data/odd-dashboard".into(),
            log_dir: "/data/odd-dashboard/logs".into(),
        }),
        connector: Some(Connector::new(|_| Err("unused".into()))),
        profiles: vec![
            profile("production", "odd.example.org"),
            profile("staging", "staging.example.org"),
        ],
        ..Options::default()
    }
}

fn starting() -> Story {
    let mut story = Story::unreachable(&options());
    story.press('L');
    story.send(Message::Launch(LaunchUpdate::Started { pid: 4242 }));
    for (role, url) in [
        ("gateway", "http://127.0.0.1:3000"),
        ("read-model", "http://127.0.0.1:8080"),
    ] {
        story.send(Message::Launch(LaunchUpdate::Listening {
            role: role.into(),
            url: url.into(),
        }));
    }
    story.wait(3);
    story
}

pub(super) fn log(story: &mut Story, lines: &[&str]) {
    let lines = lines.iter().map(|line| (*line).to_owned()).collect();
    story.send(Message::Launch(LaunchUpdate::Log(lines)));
}

#[test]
fn start_screen_says_where_nothing_answers() {
    assert_snapshot!(Story::unreachable(&options()).screens());
}

#[test]
fn start_screen_on_another_machine_offers_no_start() {
    let options = Options {
        launcher: None,
        ..options()
    };
    let mut story = Story::unreachable(&options);
    assert!(story.screen((80, 24)).contains("run odd-dashboard up"));
    story.state.endpoint.gateway_url = "https://odd.example.org/gateway".into();
    story.state.endpoint.read_model_url = "https://odd.example.org/read-model".into();
    assert_snapshot!(story.screen((80, 24)));
}

#[test]
fn start_screen_in_ascii_without_colours() {
    let options = Options {
        ascii: true,
        read_only: true,
        ..options()
    };
    assert_snapshot!(Story::unreachable(&options).screen((80, 24)));
}

#[test]
fn start_shows_its_progress_and_log() {
    let mut story = starting();
    log(
        &mut story,
        &["INFO opening the store", "INFO the views are current"],
    );
    assert_snapshot!(story.screens());
}

#[test]
fn failed_start_names_the_address_and_what_to_do() {
    let mut story = starting();
    log(
        &mut story,
        &[
            "error: the gateway cannot listen on 127.0.0.1:3000",
            "cause: Address already in use (os error 98)",
            "hint: stop the program that uses the address, which may be another observatory; or set ODD_GATEWAY_ADDR to another address, or to port 0 for a free one",
        ],
    );
    let status = "exit status: 1".to_owned();
    story.send(Message::Launch(LaunchUpdate::Exited { status }));
    assert_snapshot!(story.screens());
}

#[test]
fn stop_shows_the_drain() {
    let mut story = starting();
    story.send(Message::Launch(LaunchUpdate::Ready));
    crate::update::update(
        &mut story.state,
        super::at(13),
        Message::Key(crossterm::event::KeyEvent::new(
            crossterm::event::KeyCode::Char('q'),
            crossterm::event::KeyModifiers::CONTROL,
        )),
    );
    assert_snapshot!("stop_is_confirmed", story.screen((80, 24)));
    story.press('y');
    log(&mut story, &["INFO finishing 3 jobs"]);
    story.wait(2);
    assert_snapshot!("stop_shows_the_drain", story.screens());
    let status = "exit status: 0".to_owned();
    story.send(Message::Launch(LaunchUpdate::Exited { status }));
    assert_snapshot!("stopped", story.screen((80, 24)));
}

#[test]
fn prompt_shows_what_the_text_means() {
    let mut story = Story::unreachable(&options());
    story.press('a');
    story.send(Message::Paste("http://demo.example.org:3000".into()));
    assert_snapshot!(story.screens());
}
