use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::net::SocketAddr;
use std::path::Path;

use odd_private_servers::{kubernetes_promtool, promtool};
use serde_json::{Value, json};

use super::super::scrape::{ScrapeConfiguration, Target};
use super::super::yaml::read_yaml;
use super::infra_copy::{InfraCopy, output};
use crate::cluster::{PTY_METRICS_PORT, ROLES};

/// The default port of each role, for metrics.
fn ports() -> BTreeMap<&'static str, u16> {
    // Of two processes of a role, the first has the default port.
    let mut ports: BTreeMap<_, _> = ROLES.into_iter().rev().collect();
    ports.insert("web-pty", PTY_METRICS_PORT);
    ports
}

fn job<'a>(configuration: &'a Value, name: &str) -> &'a Value {
    let jobs = configuration["scrape_configs"].as_array();
    let mut jobs = jobs.expect("a list of jobs").iter();
    jobs.find(|job| job["job_name"] == name).expect("the job")
}

fn check(promtool: &Path, configuration: &Path) {
    let arguments = ["check", "config"].map(OsStr::new);
    output(
        promtool,
        &[arguments[0], arguments[1], configuration.as_os_str()],
    );
}

#[test]
fn promtool_accepts_each_configuration() {
    let infra = InfraCopy::new();
    let promtool = promtool().unwrap_or_else(|error| panic!("{error}"));
    for deployment in ["embedded", "compose"] {
        check(&promtool, &infra.prometheus(deployment));
    }
    let promtool = kubernetes_promtool().unwrap_or_else(|error| panic!("{error}"));
    for deployment in ["embedded", "kubernetes"] {
        check(&promtool, &infra.prometheus(deployment));
    }
}

#[test]
fn every_deployment_has_the_interval_that_alerts_and_panels_expect() {
    let infra = InfraCopy::new();
    for deployment in ["embedded", "compose", "kubernetes"] {
        let configuration = read_yaml(&infra.prometheus(deployment)).expect("valid");
        let expected = json!({
            "scrape_interval": "5s",
            "scrape_timeout": "4s",
            "evaluation_interval": "5s",
        });
        assert_eq!(configuration["global"], expected, "{deployment}");
    }
    let source = "grafana/provisioning/datasources/prometheus.yml";
    let source = read_yaml(&infra.path().join(source)).expect("valid");
    assert_eq!(source["datasources"][0]["jsonData"]["timeInterval"], "5s");
}

#[test]
fn every_role_is_scraped_at_its_default_port_with_its_name_as_service() {
    let infra = InfraCopy::new();
    let configuration = read_yaml(&infra.prometheus("embedded")).expect("valid");
    let job = job(&configuration, "observatory");
    assert_eq!(job["honor_labels"], true);
    let expected = ports().into_iter().map(|(role, port)| {
        json!({ "targets": [format!("127.0.0.1:{port}")], "labels": { "service": role } })
    });
    assert_same(&job["static_configs"], expected.collect());
}

#[test]
fn every_container_of_a_role_is_scraped_with_its_name_as_service() {
    let infra = InfraCopy::new();
    let configuration = read_yaml(&infra.prometheus("compose")).expect("valid");
    let job = job(&configuration, "observatory");
    assert_eq!(job["honor_labels"], true);
    let expected = ports().into_iter().map(|(role, port)| {
        json!({ "names": [role], "type": "A", "port": port, "refresh_interval": "5s" })
    });
    assert_same(&job["dns_sd_configs"], expected.collect());
    let labels = json!([{ "source_labels": ["__meta_dns_name"], "target_label": "service" }]);
    assert_eq!(job["relabel_configs"], labels);
}

/// Compares lists in any order.
fn assert_same(found: &Value, mut expected: Vec<Value>) {
    let mut found = found.as_array().expect("a list").clone();
    found.sort_by_key(Value::to_string);
    expected.sort_by_key(Value::to_string);
    assert_eq!(found, expected);
}

#[test]
fn adapted_configuration_names_the_actual_addresses_and_is_valid() {
    let infra = InfraCopy::new();
    let mut configuration = ScrapeConfiguration::read(infra.path()).expect("valid");
    let target = |address: &str, service| Target {
        address: address.to_owned(),
        service,
    };
    let gateways = ["127.0.0.1:15001", "127.0.0.1:15002"];
    let targets = gateways.map(|address| target(address, Some("gateway")));
    configuration
        .set_targets("observatory", &targets)
        .expect("the job exists");
    configuration
        .set_alertmanager(SocketAddr::from(([127, 0, 0, 1], 15_003)))
        .expect("the job exists");
    configuration
        .set_targets("no-such-job", &[])
        .expect_err("no job");
    let broker = Target::server(SocketAddr::from(([127, 0, 0, 1], 15_004)));
    configuration
        .add_job("rabbitmq", &broker)
        .expect("the embedded deployment has no broker");
    configuration
        .add_job("rabbitmq", &broker)
        .expect_err("it exists");

    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("prometheus.yml");
    configuration.write(&file).expect("writable");
    let promtool = promtool().unwrap_or_else(|error| panic!("{error}"));
    check(&promtool, &file);
    let written = read_yaml(&file).expect("valid");
    let job = |name| job(&written, name)["static_configs"].clone();
    assert_eq!(
        job("observatory"),
        json!([
            { "targets": [gateways[0]], "labels": { "service": "gateway" } },
            { "targets": [gateways[1]], "labels": { "service": "gateway" } },
        ])
    );
    let alertmanager = json!([{ "targets": ["127.0.0.1:15003"] }]);
    assert_eq!(job("alertmanager"), alertmanager);
    let rabbitmq = json!([{ "targets": ["127.0.0.1:15004"] }]);
    assert_eq!(job("rabbitmq"), rabbitmq);
    let alerting = &written["alerting"]["alertmanagers"];
    assert_eq!(alerting, &json!([{ "static_configs": alertmanager }]));
    let rules = json!([infra.path().join("prometheus/rules/*.yml")]);
    assert_eq!(written["rule_files"], rules);
}

/// Returns the labels that a job of the configuration for Kubernetes gives to pods, after the labels of the job itself, or
/// none for a pod that it drops.
fn relabel(job_name: &str, pods: &[Value]) -> Vec<Value> {
    let infra = InfraCopy::new();
    let configuration = read_yaml(&infra.prometheus("kubernetes")).expect("valid");
    let folder = tempfile::tempdir().expect("a folder");
    let targets = folder.path().join("targets.json");
    fs::write(&targets, json!(pods).to_string()).expect("writable");
    let file = folder.path().join("prometheus.yml");
    let scrape = json!({ "scrape_configs": [{
        "job_name": job_name,
        "relabel_configs": job(&configuration, job_name)["relabel_configs"],
        "file_sd_configs": [{ "files": [targets] }],
    }] });
    fs::write(&file, scrape.to_string()).expect("writable");
    let promtool = promtool().unwrap_or_else(|error| panic!("{error}"));
    let arguments = ["check", "service-discovery", "--timeout=3s"].map(OsStr::new);
    let mut arguments = arguments.to_vec();
    arguments.extend([file.as_os_str(), OsStr::new(job_name)]);
    let found: Vec<Value> = serde_json::from_str(&output(&promtool, &arguments)).expect("JSON");
    found
        .into_iter()
        .map(|target| target["labels"].clone())
        .collect()
}

/// Describes a pod as Kubernetes discovery does.
fn pod(component: &str, address: &str, phase: &str) -> Value {
    json!({ "targets": [address], "labels": {
        "__meta_kubernetes_namespace": "observatory",
        "__meta_kubernetes_pod_name": format!("{component}-0"),
        "__meta_kubernetes_pod_phase": phase,
        "__meta_kubernetes_pod_label_app_kubernetes_io_part_of": "observatory",
        "__meta_kubernetes_pod_label_app_kubernetes_io_component": component,
        "__meta_kubernetes_pod_annotation_prometheus_io_port": "8000",
    } })
}

#[test]
fn pods_of_roles_get_their_component_as_service_and_the_annotated_port() {
    let running = "Running";
    let pods = [
        pod("processor", "10.0.0.1:9999", running),
        pod("processor", "[fd00::2]:9999", running),
        pod("gateway", "10.0.0.3", running),
        pod("processor", "10.0.0.4:9999", "Succeeded"),
        pod("postgres", "10.0.0.5:5432", running),
    ];
    let labels = relabel("observatory", &pods);
    let mut found: Vec<String> = labels
        .iter()
        .filter(|labels| !labels["service"].is_null())
        .map(|labels| {
            let text = |name: &str| labels[name].as_str().unwrap_or_default().to_owned();
            assert_eq!(text("pod"), format!("{}-0", text("service")));
            assert_eq!(text("namespace"), "observatory");
            format!("{} {}", text("service"), text("instance"))
        })
        .collect();
    found.sort();
    let expected = [
        "gateway 10.0.0.3:8000",
        "processor 10.0.0.1:8000",
        "processor [fd00::2]:8000",
    ];
    assert_eq!(found, expected, "{labels:?}");
}

#[test]
fn only_pods_of_the_broker_are_scraped_by_its_job() {
    let pods = [
        pod("rabbitmq", "10.0.0.1:5672", "Running"),
        pod("gateway", "10.0.0.2:3000", "Running"),
    ];
    let labels = relabel("rabbitmq", &pods);
    let instances = labels
        .iter()
        .filter_map(|labels| labels["instance"].as_str());
    assert_eq!(instances.collect::<Vec<_>>(), ["10.0.0.1:8000"]);
}
