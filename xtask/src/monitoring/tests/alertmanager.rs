use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::thread;
use std::time::{Duration, Instant};

use odd_private_servers::{Alertmanager, AlertmanagerOptions, DataRoot, amtool};
use serde_json::{Value, json};

use super::super::routes::{AlertRoutes, alert_routes};
use super::super::yaml::read_yaml;
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
fn adapted_routes_send_webhooks_to_another_address_and_are_valid() {
    let mut routes = AlertRoutes::read(&repository_infra()).expect("valid");
    let address = SocketAddr::from(([127, 0, 0, 1], 15_001));
    routes.set_webhooks(address).expect("it has webhooks");
    let folder = tempfile::tempdir().expect("a folder");
    let written = folder.path().join("alertmanager.yml");
    routes.write(&written).expect("writable");
    run_amtool(&["check-config", &written.display().to_string()]);
    let written = read_yaml(&written).expect("valid");
    let original = read_yaml(&alert_routes(&repository_infra())).expect("valid");
    assert_eq!(written["route"], original["route"]);
    let page = json!([{ "url": "http://127.0.0.1:15001/page", "send_resolved": true }]);
    assert_eq!(written["receivers"][0]["webhook_configs"], page);
    assert_eq!(written["receivers"][2], original["receivers"][2]);
    assert_eq!(written["templates"], json!([file("templates/*.tmpl")]));
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

/// Renders a template of the repository with the data of a notification.
fn render(template: &str, data: &Value) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    let file_of_data = folder.path().join("data.json");
    fs::write(&file_of_data, data.to_string()).expect("writable");
    run_amtool(&[
        "template",
        "render",
        &format!("--template.glob={}", file("templates/*.tmpl")),
        &format!("--template.data={}", file_of_data.display()),
        &format!("--template.text={template}"),
    ])
}

#[test]
fn notification_about_several_alerts_has_a_title() {
    let data = json!({
        "status": "firing",
        "alerts": [{}, {}],
        "groupLabels": { "severity": "critical" },
        "commonLabels": { "severity": "critical" },
        "commonAnnotations": {},
    });
    let title = render(r#"{{ template "observatory.title" . }}"#, &data);
    assert_eq!(title.trim(), "[FIRING] Several alerts (2)");
}

#[test]
fn notification_names_the_alert_and_links_to_help() {
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
    let text = render(
        r#"{{ template "observatory.title" . }}|{{ template "observatory.text" . }}"#,
        &message,
    );
    let expected = "[FIRING] ServiceDown of gateway (1)|The gateway is down\n\
        What to do: http://runbook\n\
        Dashboard: http://dashboard\n\
        Jobs: http://jobs\n\
        Since: 2026-01-02 03:04:05 UTC\n";
    assert_eq!(text.trim_end(), expected.trim_end());
}

/// A name that occurs once, labels, and the expected state.
const INHIBITION: [(&str, &str, &[&str], &str); 14] = [
    ("ServiceDown", "critical", &["service=gateway"], "active"),
    ("Slow", "warning", &["service=gateway"], "suppressed"),
    ("Info", "info", &["service=gateway"], "suppressed"),
    ("AlsoCritical", "critical", &["service=gateway"], "active"),
    (
        "SlowElsewhere",
        "warning",
        &["service=read-model"],
        "active",
    ),
    (
        "JobFailureRateHigh",
        "critical",
        &["service=processor", "type=a"],
        "active",
    ),
    (
        "RetriesSpiking",
        "warning",
        &["service=processor", "type=a"],
        "suppressed",
    ),
    (
        "OtherType",
        "warning",
        &["service=processor", "type=b"],
        "active",
    ),
    ("NoType", "warning", &["service=processor"], "active"),
    (
        "ViewsStale",
        "critical",
        &["service=metrics-engine"],
        "active",
    ),
    (
        "ConsumerLagHigh",
        "warning",
        &["service=metrics-engine", "consumer=metrics-engine"],
        "suppressed",
    ),
    (
        "OutboxStuck",
        "warning",
        &["service=metrics-engine"],
        "active",
    ),
    (
        "DatabaseUnavailable",
        "critical",
        &["queue=default"],
        "active",
    ),
    ("BacklogGrowing", "warning", &["queue=default"], "active"),
];

fn add(server: &Alertmanager, name: &str, severity: &str, labels: &[&str]) {
    let url = format!("--alertmanager.url={}", server.url());
    let severity = format!("severity={severity}");
    let mut arguments = vec!["alert", "add", &url, name, &severity];
    arguments.extend(labels);
    run_amtool(&arguments);
}

fn start(root: &DataRoot) -> Alertmanager {
    let options = AlertmanagerOptions {
        configuration: Some(alert_routes(&repository_infra())),
    };
    Alertmanager::start_with(root, options).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn crash_loops_of_all_roles_are_one_notification() {
    let root = DataRoot::temporary().expect("a folder");
    let server = start(&root);
    for service in ["gateway", "metrics-engine", "read-model"] {
        let service = format!("service={service}");
        add(&server, "ServiceCrashLoop", "critical", &[&service]);
        add(&server, "ServiceDown", "critical", &[&service]);
    }
    add(
        &server,
        "WorkerCrashLoop",
        "critical",
        &["service=processor"],
    );
    let expected = BTreeMap::from([
        (
            "ServiceCrashLoop ServiceCrashLoop ServiceCrashLoop WorkerCrashLoop".to_owned(),
            1,
        ),
        ("ServiceDown".to_owned(), 3),
    ]);
    let deadline = Instant::now() + Duration::from_secs(30);
    loop {
        let found = pages(&server.alert_groups().expect("it answers"));
        if found == expected {
            return;
        }
        assert!(Instant::now() < deadline, "{found:?}");
        thread::sleep(Duration::from_millis(50));
    }
}

/// Returns how many notifications to `page` contain the alerts with these names.
fn pages(groups: &Value) -> BTreeMap<String, usize> {
    let mut pages = BTreeMap::new();
    for group in groups.as_array().into_iter().flatten() {
        assert_eq!(group["receiver"]["name"], "page");
        let names: Vec<_> = states(&group["alerts"])
            .into_iter()
            .map(|(name, _)| name)
            .collect();
        *pages.entry(names.join(" ")).or_default() += 1;
    }
    pages
}

#[test]
fn critical_alert_inhibits_the_warnings_that_it_explains_only() {
    let root = DataRoot::temporary().expect("a folder");
    let server = start(&root);
    for (name, severity, labels, _) in INHIBITION {
        add(&server, name, severity, labels);
    }
    let mut expected: Vec<_> = INHIBITION
        .iter()
        .map(|(name, _, _, state)| ((*name).to_owned(), (*state).to_owned()))
        .collect();
    expected.sort();
    let deadline = Instant::now() + Duration::from_secs(30);
    loop {
        let found = states(&server.alerts().expect("it answers"));
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
