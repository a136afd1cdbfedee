use std::fs;
use std::process::Command;

use crate::program::run;
use crate::up::Up;

pub(crate) const SECRET: &str = "correct horse battery staple";

/// SHA-256 of the secret.
const HASH: &str = "c4bbcb1fbec99d65bf59d85c8cb62ee2db963f0fe106f483d9afa73bd4e39a8a";

pub(crate) fn guarded(role: &str) -> Up {
    guarded_with(role, |_| {})
}

/// Starts an observatory with one token, of this role, and more settings.
pub(crate) fn guarded_with(role: &str, configure: impl FnOnce(&mut Command)) -> Up {
    Up::start_with(|command| {
        configure(command);
        let dir = command
            .get_envs()
            .find_map(|(name, value)| (name == "ODD_DATA_DIR").then_some(value?.to_owned()))
            .expect("set by the fixture");
        let file = std::path::Path::new(&dir).with_file_name("tokens.toml");
        let text = format!("[[token]]\nname = 'tester'\nrole = '{role}'\nsha256 = '{HASH}'\n");
        fs::write(&file, text).expect("written");
        command.env("ODD_API_TOKENS", file);
    })
}

#[test]
fn missing_or_insufficient_token_is_exit_4() {
    let up = guarded("read");
    let error = up.odd(&["status"]).expect_error(4);
    assert!(error.contains("hint: set ODD_TOKEN"), "{error}");
    run(up.program().env("ODD_TOKEN", "wrong").arg("status")).expect_error(4);
    run(up.program().env("ODD_TOKEN", SECRET).arg("status")).expect(0);
    let error = run(up
        .program()
        .env("ODD_TOKEN", SECRET)
        .args(["submit", "echo"]))
    .expect_error(4);
    assert!(error.contains("role"), "{error}");
}

#[test]
fn token_is_read_from_a_file_and_never_shown() {
    let up = guarded("admin");
    let file = up.data_dir().with_file_name("secret");
    fs::write(&file, format!("{SECRET}\n")).expect("written");
    let file = file.to_str().expect("text");
    let run = up.odd(&["submit", "echo", "-w", "-v", "--token-file", file]);
    let shown = format!("{}{}", run.stdout, run.stderr);
    assert_eq!(run.code, Some(0), "{shown}");
    assert!(!shown.contains(SECRET), "{shown}");
    let error = up.odd(&["status", "--token", SECRET]).expect_error(2);
    assert!(
        error.contains("--token"),
        "tokens are not accepted on the command line: {error}"
    );
}

#[test]
fn invalid_token_is_a_usage_error_that_does_not_show_it() {
    let up = guarded("admin");
    let error = run(up
        .program()
        .env("ODD_TOKEN", "a\u{1}b-hunter2")
        .arg("status"))
    .expect_error(2);
    assert!(!error.contains("hunter2"), "{error}");
}
