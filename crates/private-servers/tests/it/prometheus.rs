use std::fs;
use std::process::Command;

use odd_private_servers::{Error, Kind, Prometheus, PrometheusOptions, promtool};

use crate::processes::{eventually, is_alive, temporary_root};

#[test]
fn changed_configuration_is_scraped_and_survives_a_crash() {
    let root = temporary_root();
    let file = root.path().join("scrape.yml");
    fs::write(&file, "{}").expect("writable");
    let options = PrometheusOptions {
        configuration: Some(file.clone()),
        ..PrometheusOptions::default()
    };
    let mut server =
        Prometheus::start_with(&root, options).unwrap_or_else(|error| panic!("{error}"));
    let (url, first) = (server.url(), server.pid().expect("it runs"));
    let scrape = format!(
        "scrape_configs: [{{job_name: self, scrape_interval: 1s, static_configs: [{{targets: ['{}']}}]}}]",
        server.address()
    );
    fs::write(&file, scrape).expect("writable");
    server.reload().expect("it is valid");
    let is_scraped = |server: &Prometheus, expression: &str| {
        let result = server.query(expression).expect("it is valid");
        (result[0]["value"][1] == "1").then_some(())
    };
    eventually(|| is_scraped(&server, "up{job=\"self\"}"));

    server.kill().expect("it can be killed");
    assert!(!is_alive(first));
    server.restart().expect("it restarts");
    assert_eq!(server.url(), url);
    // A sample from before the crash: the restarted process has not been up for a second.
    eventually(|| is_scraped(&server, "max_over_time(up{job=\"self\"}[5m])"));

    let last = server.pid().expect("it runs");
    drop(server);
    assert!(!is_alive(last));
}

#[test]
fn invalid_files_and_expressions_are_refused() {
    let root = temporary_root();
    let file = root.path().join("scrape.yml");
    fs::write(&file, "{}").expect("writable");
    let options = PrometheusOptions {
        configuration: Some(file.clone()),
        ..PrometheusOptions::default()
    };
    let server = Prometheus::start_with(&root, options).unwrap_or_else(|error| panic!("{error}"));
    let refused = |outcome: Result<(), Error>, reason: &str| match outcome {
        Err(Error::Refused { kind, body, .. }) => {
            assert_eq!(kind, Kind::Prometheus);
            assert!(body.contains(reason), "{body}");
        }
        other => panic!("not refused: {other:?}"),
    };
    fs::write(&file, "no_such_key: 1").expect("writable");
    refused(server.reload(), "no_such_key");
    refused(server.query("rate(").map(drop), "parse error");
    assert_eq!(server.query("1 + 1").expect("it still works")[1], "2");
}

#[test]
fn promtool_is_installed_with_prometheus() {
    let folder = temporary_root();
    let file = folder.path().join("rules.yml");
    fs::write(
        &file,
        "groups: [{name: a, rules: [{alert: A, expr: up == 0}]}]",
    )
    .expect("writable");
    let promtool = promtool().unwrap_or_else(|error| panic!("{error}"));
    let mut check = Command::new(promtool);
    let checked = check.args(["check", "rules"]).arg(&file).output();
    let checked = checked.expect("it can be started");
    assert!(checked.status.success(), "{checked:?}");
}
