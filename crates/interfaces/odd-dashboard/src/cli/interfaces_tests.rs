//! Every action of docs/reference/interfaces.md exists in the terminal interface, on the command line and in the API. That
//! the controls of the web dashboard exist is tested in a browser: web/tests/browser/interfaces.spec.ts.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use clap::CommandFactory;
use serde_json::Value;

use super::Cli;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../..")
}

/// The rows of the first table of the page: action, terminal, web, command, API.
fn rows() -> Vec<[String; 5]> {
    let page = std::fs::read_to_string(root().join("docs/reference/interfaces.md"));
    let page = page.expect("the page exists");
    let table = page.split("\n## ").next().expect("the first part");
    let lines = table.lines().filter(|line| line.starts_with("| "));
    let rows = lines.skip(2).map(|line| {
        let cells: Vec<String> = line
            .trim_matches('|')
            .split(" | ")
            .map(|cell| cell.trim().replace('`', ""))
            .collect();
        cells.try_into().expect("five columns")
    });
    rows.collect()
}

/// The operations of an API document.
fn operations(role: &str) -> BTreeSet<String> {
    let path = root().join(format!("contracts/openapi/{role}.json"));
    let text = std::fs::read_to_string(path).expect("the document exists");
    let document: Value = serde_json::from_str(&text).expect("JSON");
    let paths = document["paths"].as_object().expect("paths");
    let methods = paths.values().filter_map(Value::as_object).flatten();
    let ids = methods.filter_map(|(_, operation)| operation["operationId"].as_str());
    ids.map(str::to_owned).collect()
}

/// Returns `true` if the words name a command, followed by flags that it has.
fn is_command(words: &str) -> bool {
    let mut command = Cli::command();
    command.build();
    let mut words = words.split(' ').peekable();
    while let Some(name) = words.next_if(|word| !word.starts_with('-')) {
        match command.find_subcommand(name) {
            Some(found) => command = found.clone(),
            None => return false,
        }
    }
    words.filter(|word| word.starts_with('-')).all(|flag| {
        let name = flag.trim_start_matches('-');
        command.get_arguments().any(|argument| {
            argument.get_long() == Some(name)
                || argument.get_short().map(String::from).as_deref() == Some(name)
        })
    })
}

#[test]
fn every_action_exists_in_every_interface() {
    let keys: BTreeSet<&str> = odd_tui::BINDINGS
        .iter()
        .map(|binding| binding.name)
        .collect();
    let rows = rows();
    assert!(rows.len() > 20, "{} rows", rows.len());
    for [action, terminal, web, command, api] in &rows {
        assert!(
            keys.contains(terminal.as_str()),
            "{action}: no key {terminal}"
        );
        assert!(web.starts_with('/'), "{action}: {web}");
        assert!(is_command(command), "{action}: no command {command}");
        let (role, operation) = api.split_once(' ').expect("a role and an operation");
        assert!(
            operations(role).contains(operation),
            "{action}: no operation {api}"
        );
    }
}

#[test]
fn unknown_commands_and_flags_are_found() {
    assert!(is_command("jobs retry --filter") && is_command("jobs list -o"));
    assert!(!is_command("jobs frobnicate") && !is_command("jobs list --frobnicate"));
}
