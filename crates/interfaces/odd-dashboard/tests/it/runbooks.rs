use std::collections::BTreeSet;
use std::path::Path;

use crate::up::Up;

/// The id that the runbooks use in examples.
const EXAMPLE_ID: &str = "0192f0c1-2f3b-7a51-b6a1-3f1f5a0c7c11";

/// Commands that change nothing but the list of completed jobs.
const HARMLESS: [&str; 9] = [
    "status",
    "version",
    "explain",
    "events",
    "jobs list",
    "jobs get",
    "jobs log",
    "dlq list",
    "submit echo",
];

/// The arguments of each call of this program in the runbooks, up to a pipe.
fn calls() -> BTreeSet<Vec<String>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../infra/runbooks");
    let mut calls = BTreeSet::new();
    for page in std::fs::read_dir(folder).expect("the runbooks") {
        let text = std::fs::read_to_string(page.expect("an entry").path()).expect("a page");
        let commands = text
            .lines()
            .filter_map(|line| line.strip_prefix("$ odd-dashboard "));
        for command in commands {
            let command = command.split(" | ").next().expect("not empty");
            let words = command
                .split(' ')
                .map(|word| word.trim_matches('\'').to_owned());
            calls.insert(words.collect());
        }
    }
    calls
}

fn is_harmless(call: &[String]) -> bool {
    let call = call.join(" ");
    HARMLESS.iter().any(|harmless| call.starts_with(harmless)) && !call.contains("--batch")
}

#[test]
fn harmless_commands_of_the_runbooks_work_on_a_running_observatory() {
    let up = Up::start();
    let failing = "{\"message\":\"no luck\",\"permanent\":true}";
    let failed = up.odd(&["submit", "fail", failing, "--wait", "-o", "name"]);
    let id = failed.expect(6).trim().to_owned();
    let mut count = 0;
    for call in calls().iter().filter(|call| is_harmless(call)) {
        let args = call.iter().map(|word| match word.as_str() {
            EXAMPLE_ID => id.as_str(),
            word => word,
        });
        let run = up.odd(&args.collect::<Vec<_>>());
        assert_eq!(run.code, Some(0), "{call:?}: {run:#?}");
        count += 1;
    }
    assert!(count >= 25, "only {count} calls were found");
}
