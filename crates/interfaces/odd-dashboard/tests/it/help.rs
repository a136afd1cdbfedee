use crate::program::odd;

const COMMANDS: &[&str] = &[
    "up",
    "submit",
    "jobs",
    "jobs list",
    "jobs get",
    "jobs wait",
    "jobs cancel",
    "jobs retry",
    "events",
    "status",
    "explain",
    "dlq",
    "dlq list",
    "dlq replay",
    "dlq drop",
    "rebuild-views",
    "contracts",
    "contracts check",
    "contracts compat",
    "bench",
    "completions",
    "man",
    "version",
];

/// The part that commands have in common is shown once.
fn own_part(help: &str) -> &str {
    help.split("\nGlobal options:").next().expect("not empty")
}

#[test]
fn every_command_explains_itself() {
    let mut text = odd(["--help"]).expect(0);
    for command in COMMANDS {
        let args = command.split(' ').chain(["--help"]);
        let help = odd(args).expect(0);
        text.push_str(&format!(
            "\n===== odd-dashboard {command} --help\n{}",
            own_part(&help)
        ));
    }
    insta::assert_snapshot!(text);
}

#[test]
fn without_arguments_help_is_shown_and_the_exit_code_is_2() {
    let run = odd::<[&str; 0]>([]);
    assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""));
    assert!(run.stderr.contains("Examples:"), "{}", run.stderr);
}

#[test]
fn mistakes_exit_2_with_a_hint() {
    for args in [
        &["submti"][..],
        &["submit", "echo", "--wiat"],
        &["submit", "not a type"],
        &["submit", "echo", "{not json"],
        &["submit", "echo", "--priority", "101"],
        &["jobs", "get", "17"],
        &["status", "-o", "xml"],
        &["status", "--gateway-url", "ftp://x"],
        &["events", "--since", "yesterday"],
        &["submit", "--batch", "x", "echo"],
    ] {
        let error = odd(args).expect_error(2);
        assert!(
            error.starts_with("error: ") && error.contains("\nhint: "),
            "{args:?}: {error}"
        );
    }
}

#[test]
fn completions_and_manual_are_complete() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = odd(["completions", shell]).expect(0);
        assert!(script.contains("rebuild-views"), "{shell}");
    }
    let page = odd(["man"]).expect(0);
    assert!(page.contains(".TH odd-dashboard 1"));
    let dir = tempfile::tempdir().expect("a directory");
    let path = dir.path().to_str().expect("text");
    odd(["man", "--dir", path]).expect(0);
    assert!(dir.path().join("odd-dashboard-submit.1").is_file());
}

#[test]
fn version_says_what_was_built_with_what() {
    let version: serde_json::Value =
        serde_json::from_str(&odd(["version", "-o", "json"]).expect(0)).expect("JSON");
    assert_eq!(version["version"], env!("CARGO_PKG_VERSION"));
    for member in ["commit", "buildTime", "rustc", "target"] {
        assert!(!version[member].as_str().expect("a string").is_empty());
    }
    let line = odd(["--version"]).expect(0);
    assert!(line.starts_with(concat!(
        "odd-dashboard ",
        env!("CARGO_PKG_VERSION"),
        " (commit "
    )));
}
