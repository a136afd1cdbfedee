use std::net::TcpListener;
use std::process::Command;

use serde_json::{Value, json};

use crate::fake_server::{FakeServer, json_response};
use crate::program::{Run, program, run};
use crate::up::Up;

/// `doctor` for an observatory on free ports and a new data directory, with these arguments.
fn doctor(args: &[&str], configure: impl FnOnce(&mut Command)) -> Run {
    let dir = tempfile::tempdir().expect("a directory");
    let mut command = program();
    command
        .arg("doctor")
        .args(args)
        .env("ODD_DATA_DIR", dir.path().join("data"));
    for role in [
        "GATEWAY",
        "READ_MODEL",
        "WEB",
        "PROCESSOR",
        "METRICS_ENGINE",
        "PTY",
        "PTY_METRICS",
    ] {
        command.env(format!("ODD_{role}_ADDR"), "127.0.0.1:0");
    }
    configure(&mut command);
    run(&mut command)
}

/// Returns the check with this id.
fn check<'a>(report: &'a Value, id: &str) -> &'a Value {
    let checks = report["checks"].as_array().expect("a list");
    let found = checks.iter().find(|check| check["id"] == id);
    found.unwrap_or_else(|| panic!("no check {id}: {report:#}"))
}

fn parse(text: &str) -> Value {
    serde_json::from_str(text).expect("JSON")
}

#[cfg(target_os = "linux")]
#[test]
fn used_port_fails_and_names_the_process() {
    let used = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = used.local_addr().expect("bound").to_string();
    let text = doctor(&[], |command| {
        command.env("ODD_GATEWAY_ADDR", &address);
    })
    .expect(1);
    let process = format!("(process {})", std::process::id());
    let mut lines = text.lines().skip_while(|line| !line.contains(&address));
    let line = lines.next().expect("a line about the port");
    assert!(line.starts_with("[FAIL]  gateway "), "{line}");
    assert!(line.ends_with(&process), "{line}");
    let fix = lines.next().expect("its fix");
    let expected = format!("        stop process {}", std::process::id());
    assert!(
        fix.starts_with(&expected) && fix.contains("ODD_GATEWAY_ADDR"),
        "{fix}"
    );
    assert!(
        lines
            .next()
            .is_some_and(|line| line.starts_with("        $ "))
    );
}

#[cfg(target_os = "linux")]
#[test]
fn data_directory_that_cannot_be_created_fails() {
    let report = doctor(&["--json", "--data-dir", "/proc/odd-dashboard"], |_| {});
    let report = parse(&report.expect(1));
    let directory = check(&report, "data-directory");
    assert_eq!(directory["status"], "fail");
    let fix = directory["fix"]["text"].as_str().expect("a fix");
    assert!(fix.contains("ODD_DATA_DIR"), "{fix}");
}

#[test]
fn running_observatory_has_no_failures() {
    let up = Up::start();
    let mut command = up.program();
    command
        .args(["doctor", "-o", "json"])
        .env("ODD_DATA_DIR", up.data_dir());
    for (role, variable) in [
        ("gateway", "ODD_GATEWAY_ADDR"),
        ("read-model", "ODD_READ_MODEL_ADDR"),
        ("web", "ODD_WEB_ADDR"),
        ("processor", "ODD_PROCESSOR_ADDR"),
        ("metrics-engine", "ODD_METRICS_ENGINE_ADDR"),
    ] {
        let address = up.url(role).strip_prefix("http://").expect("a URL");
        command.env(variable, address);
    }
    let report = parse(&run(&mut command).expect(0));
    assert_eq!(report["summary"]["fail"], 0, "{report:#}");
    for id in [
        "gateway",
        "read-model",
        "roles",
        "versions",
        "open-addresses",
        "retention",
        "view-lag",
        "clock-skew",
    ] {
        assert_eq!(check(&report, id)["status"], "ok", "{report:#}");
    }
    let process = format!("process {}", up.pid());
    let lock = check(&report, "data-directory-lock")["detail"].as_str();
    assert!(lock.expect("text").contains(&process), "{report:#}");
    if cfg!(target_os = "linux") {
        assert_eq!(check(&report, "port-gateway")["status"], "ok", "{report:#}");
    }
}

#[test]
fn misspelt_variable_is_reported_once() {
    let run = doctor(&["--json"], |command| {
        command.env("ODD_GATWAY_ADDR", "x");
    });
    let warnings = run.stderr.matches("ODD_GATWAY_ADDR is not a setting");
    assert_eq!(warnings.count(), 1, "{}", run.stderr);
}

/// The address 0.0.0.0 reaches this machine, and is not loopback: here it is that of another machine.
#[cfg(target_os = "linux")]
#[test]
fn open_roles_of_another_machine_fail_although_they_list_loopback_urls() {
    let server = FakeServer::start(|request| match request {
        "get /services" => {
            json_response(&json!({"asOf": "2026-01-31T12:00:00.000000Z", "services": [
            {"name": "gateway", "url": "http://127.0.0.1:1", "status": "up", "version": "9.0.0"},
            {"name": "processor", "url": "http://127.0.0.1:1", "status": "up", "version": "9.0.0"}]}))
        }
        _ => json_response(&json!({})),
    });
    let url = server.url().replace("127.0.0.1", "0.0.0.0");
    let report = doctor(&["--json"], |command| {
        command
            .env("ODD_GATEWAY_URL", &url)
            .env("ODD_READ_MODEL_URL", &url);
    });
    let report = parse(&report.expect(1));
    let access = check(&report, "open-addresses");
    assert_eq!(access["status"], "fail", "{access}");
    let expected = format!(
        "other machines have full access without a token: read-model ({url}/), gateway ({url}/); \
         not checked from here: processor"
    );
    assert_eq!(access["detail"], expected.as_str());
}

#[test]
fn deployment_that_is_not_named_may_be_absent() {
    let named = doctor(&["--json"], |command| {
        command.env("ODD_GATEWAY_URL", "http://127.0.0.1:1");
    });
    let named = parse(&named.expect(1));
    assert_eq!(check(&named, "gateway")["status"], "fail");
    assert_eq!(
        check(&named, "gateway")["fix"]["command"],
        "odd-dashboard up"
    );
    // The other checks report no failure of their own.
    assert_eq!(check(&named, "clock-skew")["status"], "skipped");
}

#[test]
fn role_of_another_version_fails() {
    let server = FakeServer::start(|request| match request {
        "get /services" => {
            json_response(&json!({"asOf": "2026-01-31T12:00:00.000000Z", "services": [
            {"name": "processor", "url": "http://127.0.0.1:1", "status": "up", "version": "9.0.0"}]}))
        }
        "get /readyz" => json_response(&json!({"status": "ready", "checks": []})),
        _ => json_response(&json!({})),
    });
    let report = doctor(&["--json"], |command| {
        command
            .env("ODD_GATEWAY_URL", server.url())
            .env("ODD_READ_MODEL_URL", server.url());
    });
    let report = parse(&report.expect(1));
    let versions = check(&report, "versions");
    assert_eq!(versions["status"], "fail");
    let detail = versions["detail"].as_str().expect("text");
    assert!(detail.ends_with("processor 9.0.0"), "{detail}");
    assert_eq!(check(&report, "roles")["status"], "ok");
}

#[test]
fn absent_docker_fails_with_its_fix() {
    let empty = tempfile::tempdir().expect("a directory");
    let report = doctor(&["--target", "compose", "--json"], |command| {
        command.env("PATH", empty.path());
    });
    let report = parse(&report.expect(1));
    let docker = check(&report, "docker-client");
    assert_eq!(docker["status"], "fail");
    assert_eq!(docker["detail"], "not installed");
    assert_eq!(check(&report, "docker-daemon")["status"], "skipped");
    let fix = docker["fix"]["text"].as_str().expect("a fix");
    assert!(fix.contains("https://docs.docker.com/"), "{fix}");
}

#[cfg(unix)]
#[test]
fn docker_whose_daemon_is_down_fails_although_the_client_works() {
    let dir = tempfile::tempdir().expect("a directory");
    let script = "case \"$1\" in\n--version) echo 'Docker version 27.3.1, build ce12230' ;;\n\
        compose) echo 2.29.7 ;;\n*) echo 'Cannot connect to the Docker daemon' >&2; exit 1 ;;\nesac";
    crate::program::write_script(&dir.path().join("docker"), script);
    let report = doctor(&["--target", "compose", "--json"], |command| {
        command.env("PATH", dir.path());
    });
    let report = parse(&report.expect(1));
    assert_eq!(check(&report, "docker-client")["status"], "ok");
    assert_eq!(check(&report, "docker-compose")["status"], "ok");
    let daemon = check(&report, "docker-daemon");
    assert_eq!(daemon["status"], "fail");
    assert!(daemon["fix"]["text"].is_string());
}

#[test]
fn report_has_a_stable_shape_and_every_problem_has_a_fix() {
    let report = parse(&doctor(&["--json", "--target", "kubernetes"], |_| {}).stdout);
    assert_eq!(report["version"], "1.0.0");
    for count in ["ok", "warn", "fail", "skipped"] {
        assert!(report["summary"][count].is_u64(), "{count}");
    }
    for check in report["checks"].as_array().expect("a list") {
        for field in ["id", "group", "title", "status", "detail"] {
            assert!(check[field].is_string(), "{field} of {check}");
        }
        let is_problem = check["status"] == "warn" || check["status"] == "fail";
        assert_eq!(check["fix"]["text"].is_string(), is_problem, "{check}");
    }
    let lines = doctor(&["-o", "jsonl"], |_| {}).stdout;
    assert!(lines.lines().all(|line| parse(line)["id"].is_string()));
}

#[test]
fn warnings_alone_are_success() {
    let text = doctor(&["--target", "embedded"], |command| {
        let dir = std::env::temp_dir();
        // Other users can read it, which is a warning.
        command.arg("--data-dir").arg(dir);
    })
    .expect(0);
    assert!(text.contains("[WARN]"), "{text}");
}
