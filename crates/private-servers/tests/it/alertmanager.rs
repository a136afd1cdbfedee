use std::fs;
use std::process::Command;

use odd_private_servers::{
    Alertmanager, AlertmanagerOptions, Prometheus, PrometheusOptions, amtool,
};

use crate::processes::{eventually, is_alive, temporary_root};

#[test]
fn alert_of_prometheus_arrives() {
    let root = temporary_root();
    let mut alertmanager = Alertmanager::start(&root).unwrap_or_else(|error| panic!("{error}"));
    let rules = "groups: [{name: a, interval: 1s, rules: [{alert: Always, expr: vector(1)}]}]";
    fs::write(root.path().join("rules.yml"), rules).expect("writable");
    let text = format!(
        "rule_files: [rules.yml]\n\
         alerting: {{alertmanagers: [{{static_configs: [{{targets: ['{}']}}]}}]}}\n",
        alertmanager.address()
    );
    let configuration = root.path().join("scrape.yml");
    fs::write(&configuration, text).expect("writable");
    let options = PrometheusOptions {
        configuration: Some(configuration),
        ..PrometheusOptions::default()
    };
    let _prometheus =
        Prometheus::start_with(&root, options).unwrap_or_else(|error| panic!("{error}"));
    let has_alert = |alertmanager: &Alertmanager| {
        let alerts = alertmanager.alerts().expect("it answers");
        (alerts[0]["labels"]["alertname"] == "Always").then_some(())
    };
    eventually(|| has_alert(&alertmanager));

    let pid = alertmanager.pid().expect("it runs");
    alertmanager.kill().expect("it can be killed");
    assert!(!is_alive(pid));
    alertmanager.restart().expect("it restarts at its address");
    eventually(|| has_alert(&alertmanager));
}

#[test]
fn invalid_configuration_is_refused_and_the_previous_one_stays_active() {
    let root = temporary_root();
    let file = root.path().join("routes.yml");
    let valid = "route: {receiver: none}\nreceivers: [{name: none}]\n";
    fs::write(&file, valid).expect("writable");
    let options = AlertmanagerOptions {
        configuration: Some(file.clone()),
    };
    let server = Alertmanager::start_with(&root, options).unwrap_or_else(|error| panic!("{error}"));
    server.reload().expect("it is valid");
    fs::write(&file, "route: {receiver: missing}\nreceivers: []\n").expect("writable");
    let error = server.reload().expect_err("no receiver").to_string();
    assert!(
        error.starts_with("Alertmanager answered with 500: "),
        "{error}"
    );
    assert_eq!(
        server.alerts().expect("it still works"),
        serde_json::json!([])
    );

    let check = |text: &str| {
        fs::write(&file, text).expect("writable");
        let amtool = amtool().unwrap_or_else(|error| panic!("{error}"));
        let mut check = Command::new(amtool);
        let checked = check.arg("check-config").arg(&file).output();
        checked.expect("it can be started").status.success()
    };
    assert!(check(valid) && !check("route: {receiver: missing}\n"));
}
