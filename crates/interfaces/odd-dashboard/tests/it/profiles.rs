use std::path::PathBuf;
use std::process::Command;

use serde_json::json;

use crate::fake_server::{FakeServer, json_response};
use crate::program::{program, run};

/// A directory for configuration files, with a file that has a profile for `server`.
struct Home(tempfile::TempDir);

impl Home {
    fn with_profile_of(server: &FakeServer) -> Self {
        let home = Self(tempfile::tempdir().expect("a directory"));
        let url = server.url();
        let text = format!("[profiles.test]\ngateway_url = '{url}'\nread_model_url = '{url}'\n");
        std::fs::create_dir(home.0.path().join("odd-dashboard")).expect("made");
        std::fs::write(home.file(), text).expect("written");
        home
    }

    fn file(&self) -> PathBuf {
        self.0.path().join("odd-dashboard").join("config.toml")
    }

    /// The program, for which the file is the default one.
    fn program(&self) -> Command {
        let mut command = program();
        command.env("XDG_CONFIG_HOME", self.0.path());
        command
    }
}

fn server() -> FakeServer {
    FakeServer::start(|_| json_response(&json!({"jobs": [], "nextCursor": null})))
}

#[test]
fn profile_of_the_default_file_selects_the_deployment() {
    let server = server();
    let home = Home::with_profile_of(&server);
    let list = ["dlq", "list", "-o", "name"];
    run(home.program().args(list).args(["--profile", "test"])).expect(0);
    run(home.program().args(list).env("ODD_PROFILE", "test")).expect(0);
    assert_eq!(server.received().len(), 2);
}

#[test]
fn profile_on_the_command_line_overrides_the_environment() {
    let server = server();
    let home = Home::with_profile_of(&server);
    let command = || {
        let mut command = home.program();
        command
            .env("ODD_GATEWAY_URL", "http://127.0.0.1:1")
            .args(["dlq", "list"]);
        command
    };
    run(command().args(["--profile", "test"])).expect(0);
    let error = run(command().env("ODD_PROFILE", "test")).expect_error(3);
    assert!(error.contains("http://127.0.0.1:1/"), "{error}");
}

#[test]
fn profile_with_one_url_is_refused_with_the_missing_key() {
    let home = Home::with_profile_of(&server());
    let half = "[profiles.test]\ngateway_url = 'http://127.0.0.1:1'\n";
    std::fs::write(home.file(), half).expect("written");
    let error = run(home.program().args(["status", "--profile", "test"])).expect_error(2);
    let missing = "`profiles.test` has no `read_model_url`; a profile needs both URLs";
    assert!(error.contains(missing), "{error}");
}

#[test]
fn unknown_profile_is_refused_with_the_known_ones() {
    let home = Home::with_profile_of(&server());
    let error = run(home.program().args(["status", "--profile", "tset"])).expect_error(2);
    let file = home.file();
    let expected = format!(
        "error: --profile: there is no profile `tset`\n\
         cause: the profiles in {} are: test\nhint: did you mean `test`?\n",
        file.display()
    );
    assert_eq!(error, expected);
}

#[test]
fn profile_without_a_file_is_refused_with_the_place_for_it() {
    let error = run(program().args(["status", "--profile", "prod"])).expect_error(2);
    assert!(error.contains("no configuration file was found"), "{error}");
    assert!(error.contains("[profiles.prod]"), "{error}");
}

#[test]
fn named_file_is_read_instead_of_the_default_one() {
    let home = Home::with_profile_of(&server());
    let empty = home.0.path().join("empty.toml");
    std::fs::write(&empty, "").expect("written");
    let error = run(home
        .program()
        .env("ODD_CONFIG", &empty)
        .args(["status", "--profile", "test"]))
    .expect_error(2);
    assert!(error.contains("empty.toml has no profiles"), "{error}");
}
