use std::fs;

use crate::program::{odd, program, run};
use crate::up::up_command;

fn config_error(text: &str) -> String {
    let dir = tempfile::tempdir().expect("a directory");
    let file = dir.path().join("odd.toml");
    fs::write(&file, text).expect("written");
    run(up_command(&dir.path().join("data")).env("ODD_CONFIG", &file)).expect_error(2)
}

#[test]
fn unknown_key_is_named_with_a_suggestion() {
    let error = config_error("[gateway]\nadress = '127.0.0.1:0'\n");
    assert!(error.contains("`gateway.adress`"), "{error}");
    assert!(error.contains("did you mean `gateway.addr`?"), "{error}");
}

#[test]
fn value_of_the_wrong_type_is_named() {
    let error = config_error("[processor]\nconcurrency = 'many'\n");
    assert!(
        error.contains("`processor.concurrency` must be a whole number, not string"),
        "{error}"
    );
}

#[test]
fn syntax_error_is_reported_with_its_line() {
    let error = config_error("[gateway]\naddr = \n");
    assert!(error.contains("line 2"), "{error}");
}

#[test]
fn invalid_value_is_reported_by_its_variable_without_the_value() {
    let dir = tempfile::tempdir().expect("a directory");
    for name in [
        "ODD_GATEWAY_ADDR",
        "ODD_WORKER_CONCURRENCY",
        "ODD_WORKER_TYPES",
        "ODD_RETENTION_DAYS",
        "ODD_CORS_ORIGINS",
        "ODD_UI_URLS",
        "ODD_PROCESS_RUN_ALLOW",
        "ODD_HTTP_REQUEST_ALLOW",
        "ODD_LOG_FORMAT",
        "ODD_CONFIG",
    ] {
        let mut command = up_command(&dir.path().join("data"));
        let error = run(command.env(name, "hunter2 is*wrong")).expect_error(2);
        assert!(error.contains(name), "{name}: {error}");
        assert!(
            name == "ODD_CONFIG" || !error.contains("hunter2"),
            "{name}: {error}"
        );
    }
}

#[test]
fn misspelt_variable_causes_a_warning() {
    let dir = tempfile::tempdir().expect("a directory");
    let mut command = up_command(&dir.path().join("data"));
    command
        .env("ODD_GATWAY_ADDR", "x")
        .env("ODD_RETENTION_DAYS", "none");
    let error = run(&mut command).expect_error(2);
    assert!(
        error.contains("warning: ODD_GATWAY_ADDR is not a setting; did you mean ODD_GATEWAY_ADDR?"),
        "{error}"
    );
}

#[test]
fn misspelt_variable_causes_a_warning_on_every_command() {
    let misspelt = |arguments: &[&str]| {
        let mut command = program();
        run(command.env("ODD_TOKEN_FIEL", "x").args(arguments))
    };
    let version = misspelt(&["version"]);
    assert!(
        version
            .stderr
            .contains("warning: ODD_TOKEN_FIEL is not a setting; did you mean ODD_TOKEN_FILE?"),
        "{version:?}"
    );
    assert_eq!(version.code, Some(0));
    assert_eq!(misspelt(&["version", "-q"]).stderr, "");
}

#[test]
fn public_address_without_tokens_is_refused() {
    let dir = tempfile::tempdir().expect("a directory");
    let mut command = up_command(&dir.path().join("data"));
    let error = run(command.env("ODD_GATEWAY_ADDR", "0.0.0.0:0")).expect_error(2);
    assert!(error.contains("--insecure"), "{error}");
    assert!(!dir.path().join("data").exists());
}

#[test]
fn token_in_the_place_of_the_token_file_is_not_shown() {
    let dir = tempfile::tempdir().expect("a directory");
    let token = "f4c368491a0e".repeat(5);
    let mut command = up_command(&dir.path().join("data"));
    let error = run(command.env("ODD_API_TOKENS", &token)).expect_error(2);
    assert!(!error.contains(&token), "{error}");
    assert!(error.contains("the path of a TOML file"), "{error}");
}

#[test]
fn port_in_use_is_reported_with_its_variable() {
    let used = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = used.local_addr().expect("bound").to_string();
    let dir = tempfile::tempdir().expect("a directory");
    let mut command = up_command(&dir.path().join("data"));
    let error = run(command.env("ODD_READ_MODEL_ADDR", &address)).expect_error(1);
    assert!(error.contains(&address), "{error}");
    assert!(
        error.contains("or set ODD_READ_MODEL_ADDR to another address"),
        "{error}"
    );
}

#[test]
fn unreachable_observatory_is_exit_3_with_a_hint() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let url = format!("http://{}", free.local_addr().expect("bound"));
    drop(free);
    let mut command = program();
    command
        .env("ODD_GATEWAY_URL", &url)
        .args(["submit", "echo"]);
    let error = run(&mut command).expect_error(3);
    assert!(error.contains("cause: "), "{error}");
    assert!(
        error.contains("hint: start the observatory with `odd-dashboard up`"),
        "{error}"
    );
}

#[test]
fn flag_overrides_environment() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let url = format!("http://{}", free.local_addr().expect("bound"));
    drop(free);
    let mut command = program();
    command
        .env("ODD_READ_MODEL_URL", "http://127.0.0.1:1")
        .args(["status", "--read-model-url", &url]);
    let error = run(&mut command).expect_error(3);
    assert!(error.contains(&url), "{error}");
}

#[test]
fn missing_config_file_is_a_usage_error() {
    let error = odd(["status", "--config", "/nowhere/odd.toml"]).expect_error(2);
    assert!(error.contains("/nowhere/odd.toml"), "{error}");
}
