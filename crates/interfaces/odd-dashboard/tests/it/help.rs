use crate::program::odd;

const COMMANDS: &[&str] = &[
    "up",
    "down",
    "cluster",
    "cluster up",
    "cluster status",
    "cluster down",
    "serve",
    "submit",
    "jobs",
    "jobs list",
    "jobs get",
    "jobs log",
    "jobs wait",
    "jobs cancel",
    "jobs retry",
    "events",
    "queues",
    "workers",
    "types",
    "types list",
    "types get",
    "failures",
    "failures list",
    "failures get",
    "failures retry",
    "status",
    "integrity",
    "doctor",
    "open",
    "explain",
    "attach",
    "dlq",
    "dlq list",
    "dlq replay",
    "dlq drop",
    "alerts",
    "alerts list",
    "alerts history",
    "alerts silence",
    "alerts ack",
    "rebuild-views",
    "contracts",
    "contracts check",
    "contracts compat",
    "secrets",
    "gate",
    "healthcheck",
    "drill",
    "drill list",
    "drill run",
    "bench",
    "completions",
    "man",
    "version",
];

/// The help without the options that all commands have in common.
fn own_part(help: &str) -> &str {
    help.split("\nGlobal options:").next().expect("not empty")
}

#[test]
fn help_of_every_command() {
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
fn without_arguments_the_help_is_printed_with_exit_2() {
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
fn main_manual_page_lists_the_variables() {
    let page = odd(["man"]).expect(0);
    assert!(page.contains(".TH odd-dashboard 1"));
    for name in ["ODD_DATA_DIR", "ODD_LOG_FORMAT"] {
        assert!(page.contains(name), "{name}");
    }
}

#[test]
fn manual_page_of_a_command_is_printed() {
    let page = odd(["man", "jobs", "list"]).expect(0);
    assert!(page.contains(".TH odd-dashboard-jobs-list 1"), "{page}");
    let error = odd(["man", "jobs", "lst"]).expect_error(2);
    assert!(
        error.contains("`odd-dashboard jobs` has no command 'lst'"),
        "{error}"
    );
    assert!(
        error.contains("hint: its commands are: list, get, "),
        "{error}"
    );
}

#[test]
fn every_manual_page_has_examples() {
    let dir = tempfile::tempdir().expect("a directory");
    let pages = dir.path().join("man1");
    let path = pages.to_str().expect("text");
    odd(["man", "--dir", path]).expect(0);
    // There is a page for each command, so the list above is complete if it has as many. One page is the main one.
    let written = std::fs::read_dir(&pages).expect("a directory").count();
    assert_eq!(written, COMMANDS.len() + 1);
    for command in COMMANDS {
        let name = format!("odd-dashboard-{}.1", command.replace(' ', "-"));
        let page = std::fs::read_to_string(pages.join(name)).expect(command);
        let (_, examples) = page.split_once(".SH EXAMPLES\n").expect(command);
        let example = format!("odd-dashboard {command}").replace('-', "\\-");
        assert!(examples.contains(&example), "{command}: {examples}");
    }
}

#[test]
fn version_reports_commit_and_compiler() {
    let version: serde_json::Value =
        serde_json::from_str(&odd(["version", "-o", "json"]).expect(0)).expect("JSON");
    assert_eq!(version["version"], env!("CARGO_PKG_VERSION"));
    for field in ["commit", "buildTime", "rustc", "target"] {
        assert!(!version[field].as_str().expect("a string").is_empty());
    }
    let line = odd(["--version"]).expect(0);
    assert!(line.starts_with(concat!(
        "odd-dashboard ",
        env!("CARGO_PKG_VERSION"),
        " (commit "
    )));
}
