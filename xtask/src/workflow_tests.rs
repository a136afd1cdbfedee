//! The workflows of the forge run commands that exist.

use std::fs;

use clap::Parser as _;

use crate::Cli;
use crate::workspace::Workspace;

const FOLDER: &str = ".github/workflows";

/// Returns the texts of the files in a folder of the repository, by name.
fn texts(folder: &str) -> Vec<(String, String)> {
    let workspace = Workspace::locate().expect("xtask is compiled from a workspace");
    let entries = fs::read_dir(workspace.root.join(folder)).expect("the folder exists");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    paths
        .map(|path| {
            let name = path
                .file_stem()
                .expect("a name")
                .to_string_lossy()
                .into_owned();
            (name, fs::read_to_string(&path).expect("a text"))
        })
        .collect()
}

/// Returns an argument as the shell passes it on: a variable in quotes has some value, another one may have none.
fn argument(word: &str) -> Option<&str> {
    match word.strip_prefix("\"$") {
        Some(_) => Some("1"),
        None => (!word.starts_with('$')).then_some(word),
    }
}

/// Returns `true` where the arguments in a line end.
fn ends_command(word: &str) -> bool {
    ["&&", "\\"].contains(&word) || word.starts_with('>')
}

#[test]
fn commands_of_workflows_are_accepted() {
    let mut accepted = 0;
    for (name, text) in texts(FOLDER) {
        for line in text.lines() {
            let Some((_, arguments)) = line.split_once("cargo xtask ") else {
                continue;
            };
            let words = arguments.split_whitespace();
            let words = words.take_while(|word| !ends_command(word));
            let arguments = words.filter_map(argument);
            if let Err(error) = Cli::try_parse_from(["xtask"].into_iter().chain(arguments)) {
                panic!("{name}: {line}\n{error}");
            }
            accepted += 1;
        }
    }
    assert!(accepted > 0, "no workflow runs xtask");
}

#[test]
fn every_mutant_is_built_in_the_night() {
    let workflows = texts(FOLDER);
    let nightly = workflows.iter().find(|(name, _)| name == "nightly");
    let (_, nightly) = nightly.expect("there is a nightly workflow");
    for (name, patch) in texts("tests/referee/mutants") {
        let arguments = if patch.contains("\nFaults: ") {
            "--cluster"
        } else {
            "\"\""
        };
        let row = format!("{{ mutant: {name}, arguments: {arguments} }}");
        assert!(nightly.contains(&row), "nightly.yml lacks {row}");
    }
}
