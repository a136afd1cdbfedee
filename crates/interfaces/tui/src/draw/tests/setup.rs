use insta::assert_snapshot;
use odd_doctor::{Check, Checkup, Finding, Fix, Group, Probe};

use super::Story;
use crate::message::Message;
use crate::options::Options;
use crate::setup::{SetupProbes, SetupUpdate};

fn probes() -> Vec<Probe> {
    let in_use = Fix::new("stop process 812, or choose another address with ODD_GATEWAY_ADDR")
        .command("ODD_GATEWAY_ADDR=127.0.0.1:0 odd-dashboard up");
    let low = Fix::new("free some space");
    let probe = |id: &str, group, title: &str, finding| {
        Probe::new(id, group, title, async move { finding })
    };
    vec![
        probe(
            "platform",
            Group::Platform,
            "Platform",
            Finding::ok("linux x86_64"),
        ),
        probe(
            "disk",
            Group::Machine,
            "Disk space",
            Finding::warn("1.2 GB free", low),
        ),
        probe(
            "memory",
            Group::Machine,
            "Memory",
            Finding::ok("7.4 GB of 16 GB available"),
        ),
        probe(
            "port-gateway",
            Group::Ports,
            "gateway",
            Finding::fail("127.0.0.1:3000 is in use by nginx (process 812)", in_use),
        ),
        probe(
            "text",
            Group::Terminal,
            "Text",
            Finding::skipped("this is not a terminal"),
        ),
    ]
}

async fn checks() -> Vec<Check> {
    Checkup::start(probes()).finish().await.checks
}

fn opened() -> Story {
    let mut story = Story::unreachable(&Options {
        setup: Some(SetupProbes::new(probes)),
        ..Options::default()
    });
    story.press('d');
    let planned = probes()
        .iter()
        .map(|probe| (probe.group(), probe.title().to_owned()))
        .collect();
    story.send(Message::Setup(1, SetupUpdate::Started(planned)));
    story
}

#[tokio::test]
async fn checks_appear_as_they_finish() {
    let mut story = opened();
    for check in checks().await.into_iter().skip(3) {
        let finished = SetupUpdate::Finished(Box::new(check));
        story.send(Message::Setup(1, finished));
    }
    assert_snapshot!(story.screen((80, 24)));
}

#[tokio::test]
async fn failed_check_has_its_fix() {
    let mut story = opened();
    for check in checks().await {
        let finished = SetupUpdate::Finished(Box::new(check));
        story.send(Message::Setup(1, finished));
    }
    story.send(Message::Setup(1, SetupUpdate::Done));
    for _ in 0..3 {
        story.press('j');
    }
    assert_snapshot!(story.screens());
}

#[tokio::test]
async fn results_of_an_earlier_run_are_ignored() {
    let mut story = opened();
    for check in checks().await {
        let finished = SetupUpdate::Finished(Box::new(check));
        story.send(Message::Setup(0, finished));
    }
    assert_eq!(story.state.setup.waiting(), 5);
}
