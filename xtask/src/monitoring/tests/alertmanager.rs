use std::ffi::OsStr;
use std::fs;
use std::path::PathBuf;
use std::thread;
use std::time::{Duration, Instant};

use odd_private_servers::{Alertmanager, AlertmanagerOptions, DataRoot, amtool};
use serde_json::{Value, json};

use super::super::alert_routes;
use super::infra_copy::{output, repository_infra};

/// Runs `amtool` and returns its standard output.
fn run_amtool(arguments: &[&str]) -> String {
    let amtool = amtool().unwrap_or_else(|error| panic!("{error}"));
    let arguments: Vec<&OsStr> = arguments.iter().map(OsStr::new).collect();
    output(&amtool, &arguments)
}

fn file(name: &str) -> String {
    let file: PathBuf = repository_infra().join("alertmanager").join(name);
    file.display().to_string()
}

#[test]
fn amtool_accepts_each_configuration() {
    for name in ["alertmanager.yml", "receivers.example.yml"] {
        run_amtool(&["check-config", &file(name)]);
    }
}

#[test]
fn severity_selects_the_receiver() {
    let configuration = format!("--config.file={}", file("alertmanager.yml"));
    for (severity, receiver) in [
        ("critical", "page"),
        ("warning", "notify"),
        ("info", "record"),
        ("unknown", "notify"),
    ] {
        let severity = format!("severity={severity}");
        let found = run_amtool(&["config", "routes", "test", &configuration, &severity]);
        assert_eq!(found.trim(), receiver, "{severity}");
    }
}

#[test]
fn notification_names_the_alert_and_links_to_help() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data.json");
    let labels = json!({ "alertname": "ServiceDown", "service": "gateway" });
    let alert = json!({
        "status": "firing",
        "labels": labels,
        "annotations": {
            "summary": "The gateway is down",
            "runbook_url": "http://runbook",
            "dashboard_url": "http://dashboard",
            "jobs_url": "http://jobs",
        },
        "startsAt": "2026-01-02T03:04:05Z",
        "endsAt": "0001-01-01T00:00:00Z",
    });
    let message = json!({
        "status": "firing",
        "alerts": [alert],
        "groupLabels": labels,
        "commonLabels": labels,
        "commonAnnotations": {},
    });
    fs::write(&data, message.to_string()).expect("writable");
    let text = run_amtool(&[
        "template",
        "render",
        &format!("--template.glob={}", file("templates/*.tmpl")),
        &format!("--template.data={}", data.display()),
        r#"--template.text={{ template "observatory.title" . }}|{{ template "observatory.text" . }}"#,
    ]);
    let expected = "[FIRING] ServiceDown of gateway (1)|The gateway is down\n\
        What to do: http://runbook\n\
        Dashboard: http://dashboard\n\
        Jobs: http://jobs\n\
        Since: 2026-01-02 03:04:05 UTC\n";
    assert_eq!(text.trim_end(), expected.trim_end());
}

#[test]
fn critical_alert_inhibits_warnings_of_the_same_service_only() {
    let root = DataRoot::temporary().expect("a folder");
    let options = AlertmanagerOptions {
        configuration: Some(alert_routes(&repository_infra())),
    };
    let server = Alertmanager::start_with(&root, options).unwrap_or_else(|error| panic!("{error}"));
    let url = format!("--alertmanager.url={}", server.url());
    for (name, severity, service) in [
        ("Down", "critical", "service=gateway"),
        ("Slow", "warning", "service=gateway"),
        ("SlowElsewhere", "warning", "service=processor"),
        ("BacklogLost", "critical", "queue=default"),
        ("BacklogGrowing", "warning", "queue=default"),
    ] {
        let severity = format!("severity={severity}");
        run_amtool(&["alert", "add", &url, name, &severity, service]);
    }
    let expected = [
        ("BacklogGrowing", "active"),
        ("BacklogLost", "active"),
        ("Down", "active"),
        ("Slow", "suppressed"),
        ("SlowElsewhere", "active"),
    ];
    let deadline = Instant::now() + Duration::from_secs(30);
    loop {
        let alerts = server.alerts().expect("it answers");
        let found = states(&alerts);
        let found: Vec<_> = found
            .iter()
            .map(|(name, state)| (&**name, &**state))
            .collect();
        if found == expected {
            return;
        }
        assert!(Instant::now() < deadline, "{found:?}");
        thread::sleep(Duration::from_millis(50));
    }
}

/// Returns the name and the state of each alert, sorted.
fn states(alerts: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let alerts = alerts.as_array().into_iter().flatten();
    let mut states: Vec<_> = alerts
        .map(|alert| {
            (
                text(&alert["labels"]["alertname"]),
                text(&alert["status"]["state"]),
            )
        })
        .collect();
    states.sort();
    states
}
