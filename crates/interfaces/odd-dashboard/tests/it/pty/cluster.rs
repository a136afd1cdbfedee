//! A cluster that is started from the start screen, with scripts instead of `docker`, `kind` and `kubectl`.

use rustix::process::{Pid, Signal, kill_process, test_kill_process};

use super::interface::Interface;
use crate::cluster::tools::{Tools, workload};
use crate::program::run;
use crate::tokens::{SECRET, guarded};
use crate::up::Up;

/// The process that forwards the cluster, which outlives the interface and would outlive a test that fails.
struct Forwarder(Pid);

impl Forwarder {
    /// Reads the id of the process from the steps.
    fn shown_on(screen: &str) -> Self {
        let words: Vec<&str> = screen.split_whitespace().collect();
        let mut ids = words.windows(3).filter(|it| it[..2] == ["process"; 2]);
        let id = ids.next().expect("a step of the start")[2];
        let pid = Pid::from_raw(id.parse().expect("a number"));
        Self(pid.expect("not 0"))
    }
}

impl Drop for Forwarder {
    fn drop(&mut self) {
        // It may have ended as the test expects.
        let _ = kill_process(self.0, Signal::TERM);
    }
}

/// Opens the start screen instead of an observatory that has ended.
fn open(tools: &Tools) -> Interface {
    let mut gone = Up::start();
    gone.crash();
    let args = ["--view", "overview"];
    let ui = Interface::start_with(&gone, &args, |command| tools.provide(command));
    ui.see("k  start it on Kubernetes");
    ui
}

/// Scripts of a cluster whose gateway and read-model are those of an observatory that requires a token.
fn cluster_of(up: &Up) -> Tools {
    let tools = Tools::new();
    tools.choose_password("gateway-token-admin", SECRET);
    tools.forward(3000, up.url("gateway"));
    tools.forward(8080, up.url("read-model"));
    tools
}

/// Starts the cluster, shows its steps while a service is not ready, and the observatory afterwards.
fn start(tools: &Tools) -> (Interface, Forwarder) {
    let redis = workload("redis", 1, 1);
    tools.objects(&[workload("gateway", 2, 1), redis.clone()]);
    let mut ui = open(tools);
    ui.press("k");
    let screen = ui.see("ready: redis");
    let forwarder = Forwarder::shown_on(&screen.text());
    for step in ["✓ prerequisites", "✓ manifests", "· forwards"] {
        assert!(screen.contains(step), "{step}:\n{}", screen.text());
    }
    tools.objects(&[workload("gateway", 2, 2), redis]);
    ui.see("● live");
    (ui, forwarder)
}

#[test]
fn missing_program_is_named_with_what_to_do() {
    let tools = Tools::new();
    tools.remove("kind");
    let mut ui = open(&tools);
    ui.press("K");
    let screen = ui.see("`cluster up` has failed");
    for text in ["kind is not installed", "https://kind.sigs", "retry now"] {
        assert!(screen.contains(text), "{text}:\n{}", screen.text());
    }
    ui.press("q");
    assert_eq!(ui.end(), 0);
}

#[test]
fn cluster_is_connected_with_its_token_and_outlives_the_forwards() {
    let up = guarded("admin");
    let tools = cluster_of(&up);
    let (mut ui, _forwarder) = start(&tools);
    let mut submit = up.program();
    submit.env("ODD_TOKEN", SECRET);
    run(submit.args(["submit", "echo", "--wait"])).expect(0);
    ui.see("COMPLETED");
    ui.press("ctrl-q");
    ui.see("odd-dashboard cluster down");
    ui.press("y");
    ui.see("`cluster up` has stopped");
    assert!(tools.calls(&["kind delete"]).is_empty());
    ui.press("q");
    assert_eq!(ui.end(), 0);
}

#[test]
fn forwards_outlive_the_interface_which_tells_how_to_connect_again() {
    let up = guarded("admin");
    let tools = cluster_of(&up);
    let (mut ui, forwarder) = start(&tools);
    ui.press("q");
    assert_eq!(ui.end(), 0);
    let screen = ui.see("To connect to it again");
    assert!(screen.contains("keeps running"), "{}", screen.text());
    test_kill_process(forwarder.0).expect("it runs");
}
