use serde_json::{Value, json};

use crate::fake_server::{FakeServer, json_response};
use crate::program::{Run, program, run};
use crate::up::Up;

/// `open` without a read-model, in an environment without a browser.
fn open(args: &[&str], configure: impl FnOnce(&mut std::process::Command)) -> Run {
    let mut command = program();
    for name in [
        "SSH_CONNECTION",
        "SSH_TTY",
        "SSH_CLIENT",
        "BROWSER",
        "DISPLAY",
        "WAYLAND_DISPLAY",
    ] {
        command.env_remove(name);
    }
    command
        .env("ODD_READ_MODEL_URL", "http://127.0.0.1:1")
        .arg("open")
        .args(args);
    configure(&mut command);
    run(&mut command)
}

/// A read-model whose registry has one entry with this URL; `None` for its own.
fn read_model(url: Option<&'static str>) -> FakeServer {
    let entry = move |own: String| {
        json!({"source": "file", "registry": {"version": "1", "uis": [{
            "id": "mine", "name": "Mine", "description": "", "category": "api",
            "url": url.map_or(own, str::to_owned), "deployments": ["embedded"]}]}})
    };
    let (sender, receiver) = std::sync::mpsc::channel::<String>();
    let receiver = std::sync::Mutex::new(receiver);
    let own = std::sync::OnceLock::new();
    let server = FakeServer::start(move |request| match request {
        "get /ui-registry" => {
            let own = own.get_or_init(|| receiver.lock().expect("alone").recv().expect("sent"));
            json_response(&entry(own.clone()))
        }
        _ => json_response(&json!({})),
    });
    sender
        .send(format!("{}/ui", server.url()))
        .expect("received");
    server
}

#[test]
fn interfaces_are_listed_with_whether_they_answer() {
    let server = read_model(None);
    let listing = server.run(&["open", "-o", "json"]).expect(0);
    let listing: Value = serde_json::from_str(&listing).expect("JSON");
    assert_eq!(listing["source"], "file");
    assert_eq!(listing["uis"][0]["id"], "mine");
    assert_eq!(listing["uis"][0]["reachable"], true);
    let silent = read_model(Some("http://127.0.0.1:1/"));
    let table = silent.run(&["open"]).expect(0);
    let row = table.lines().nth(1).expect("one entry");
    let cells: Vec<&str> = row.split_whitespace().collect();
    assert_eq!(cells, ["mine", "no", "http://127.0.0.1:1/", "Mine"]);
    assert_eq!(silent.run(&["open", "-o", "name"]).expect(0), "mine\n");
}

#[test]
fn embedded_observatory_lists_its_own_interfaces_and_those_that_are_named() {
    let up = Up::start_with(|command| {
        command.env(
            "ODD_UI_URLS",
            "grafana=http://127.0.0.1:1/,read-model-docs=",
        );
    });
    let listing = up.odd(&["open", "-o", "name"]).expect(0);
    assert_eq!(listing, "web\ngateway-docs\ngrafana\n");
    let url = |id| up.odd(&["open", id, "--print"]).expect(0);
    assert_eq!(url("grafana"), "http://127.0.0.1:1/\n");
    assert_eq!(url("web"), format!("{}/\n", up.url("web")));
    assert_eq!(
        url("gateway-docs"),
        format!("{}/docs/\n", up.url("gateway"))
    );
}

#[test]
fn unreachable_read_model_falls_back_to_the_built_in_registry() {
    let run = open(&["-o", "json"], |_| {});
    let warning = "warning: using the built-in registry of interfaces: cannot reach the read-model";
    assert!(run.stderr.starts_with(warning), "{}", run.stderr);
    let listing: Value = serde_json::from_str(&run.expect(0)).expect("JSON");
    assert_eq!(listing["source"], "fallback");
    assert!(listing["uis"].as_array().expect("a list").len() > 3);
}

#[test]
fn malformed_registry_falls_back_and_its_urls_are_never_opened() {
    let server = read_model(Some("javascript:alert(1)"));
    let run = server.run(&["open", "gateway-docs", "--print"]);
    assert!(run.stderr.contains("not http or https"), "{}", run.stderr);
    assert_eq!(run.expect(0), "http://127.0.0.1:3000/docs/\n");
    let error = server.run(&["open", "mine", "--print"]).expect_error(5);
    assert!(error.contains("there is no user interface mine"), "{error}");
}

#[test]
fn misspelt_id_is_exit_5_with_the_closest_one() {
    let error = open(&["grafna"], |_| {}).expect_error(5);
    assert!(error.contains("hint: did you mean grafana?"), "{error}");
}

#[test]
fn url_is_printed_where_no_browser_can_open() {
    let url = "http://127.0.0.1:3002/\n";
    assert_eq!(open(&["grafana", "--print"], |_| {}).expect(0), url);
    let ssh = open(&["grafana"], |command| {
        command.env("SSH_CONNECTION", "10.0.0.1 50000 10.0.0.2 22");
    });
    assert!(
        ssh.stderr.contains("not opened: this is an SSH session"),
        "{ssh:?}"
    );
    assert_eq!(ssh.expect(0), url);
}

#[cfg(unix)]
#[test]
fn configured_browser_receives_the_url() {
    let server = read_model(None);
    let dir = tempfile::tempdir().expect("a directory");
    let (browser, seen) = (dir.path().join("browser"), dir.path().join("seen"));
    // A named pipe: the test waits for the browser, which the command does not.
    assert!(
        std::process::Command::new("mkfifo")
            .arg(&seen)
            .status()
            .expect("it runs")
            .success()
    );
    crate::program::write_script(&browser, &format!("printf %s \"$1\" > {}", seen.display()));
    let run = open(&["mine"], |command| {
        command
            .env("ODD_READ_MODEL_URL", server.url())
            .env("BROWSER", &browser);
    });
    assert!(run.stderr.ends_with("in the browser\n"), "{run:?}");
    assert_eq!(run.expect(0), "");
    let seen = std::fs::read_to_string(seen).expect("the browser ran");
    assert_eq!(seen, format!("{}/ui", server.url()));
}
