//! Every example in the help and in the documentation is accepted.

use std::path::{Path, PathBuf};

use super::*;

/// An id for placeholders.
const ID: &str = "0192f0c1-2f3b-7a51-b6a1-3f1f5a0c7c11";

/// Every command below `command`, with its full name.
fn commands(command: &clap::Command, path: &str) -> Vec<(String, clap::Command)> {
    let mut all = vec![(path.to_owned(), command.clone())];
    for subcommand in command.get_subcommands() {
        let path = format!("{path} {}", subcommand.get_name());
        all.extend(commands(subcommand, &path));
    }
    all
}

/// The commands in a shell script, as far as the examples need it: quotes, comments, pipes, redirections, and commands in
/// `$(…)`, whose output becomes an id.
fn shell_commands(script: &str) -> Vec<Vec<String>> {
    let (mut finished, mut words, mut word) = (vec![], vec![], None::<String>);
    let (mut quote, mut is_redirected) = (None, false);
    let mut rest = script;
    while let Some(char) = rest.chars().next() {
        rest = &rest[char.len_utf8()..];
        match (quote, char) {
            (Some(open), _) if char == open => quote = None,
            (None, '\'' | '"') => {
                quote = Some(char);
                word.get_or_insert_default();
            }
            (None | Some('"'), '$') if rest.starts_with('(') => {
                let end = rest.find(')').expect("the substitution ends");
                finished.extend(shell_commands(&rest[1..end]));
                word.get_or_insert_default().push_str(ID);
                rest = &rest[end + 1..];
            }
            (None, '\\') => rest = rest.strip_prefix('\n').unwrap_or(rest),
            (None, '#') if word.is_none() => rest = &rest[rest.find('\n').unwrap_or(rest.len())..],
            (None, '>' | '<') => {
                let is_argument = |word: &String| !is_redirected && word.parse::<u8>().is_err();
                words.extend(word.take().filter(is_argument));
                is_redirected = true;
            }
            (None, ' ' | '|' | ';' | '&' | '\n') => {
                words.extend(word.take().filter(|_| !is_redirected));
                if char != ' ' {
                    finished.push(std::mem::take(&mut words));
                    is_redirected = false;
                }
            }
            _ => word.get_or_insert_default().push(char),
        }
    }
    assert_eq!(quote, None, "a quote is not closed: {script}");
    words.extend(word.filter(|_| !is_redirected));
    finished.push(words);
    finished
}

/// Words that may precede the program in a command, apart from assignments and options with a value.
const PREFIXES: [&str; 5] = ["do", "if", "until", "valgrind", "while"];

/// The calls of this program in a shell script.
fn calls(script: &str) -> Vec<Vec<String>> {
    let is_program =
        |word: &String| !word.contains('=') && Path::new(word).ends_with("odd-dashboard");
    shell_commands(&script.replace("<id>", ID))
        .into_iter()
        .filter_map(|words| {
            let start = words.iter().position(is_program)?;
            let (before, call) = words.split_at(start);
            // The output of the command before xargs consists of ids.
            if before.first().is_some_and(|word| word == "xargs") {
                return Some([call, &[ID.to_owned()]].concat());
            }
            let is_command = before
                .iter()
                .all(|word| word.contains('=') || PREFIXES.contains(&word.as_str()));
            is_command.then(|| call.to_vec())
        })
        .collect()
}

/// Fails unless the call is accepted, or asks for the help or the version.
fn assert_accepted(origin: &str, call: &[String]) {
    if let Err(error) = parse_from(call) {
        assert!(!error.use_stderr(), "{origin}: {call:?}: {error}");
    }
}

/// The commands in the `console` blocks of a page. Each starts after a prompt, and continues while a quote is open or the line
/// ends with a backslash; all other lines are output.
fn console_commands(page: &str) -> Vec<String> {
    let mut commands: Vec<String> = vec![];
    let mut is_console = false;
    for line in page.lines() {
        if let Some(language) = line.strip_prefix("```") {
            is_console = language == "console";
        } else if let Some(command) = line.strip_prefix("$ ").filter(|_| is_console) {
            commands.push(command.to_owned());
        } else if let Some(last) = commands.last_mut().filter(|_| is_console)
            && (last.ends_with('\\') || last.matches('\'').count() % 2 == 1)
        {
            last.push('\n');
            last.push_str(line);
        }
    }
    commands
}

/// `path` if it is a Markdown page, or all pages below it.
fn pages(path: PathBuf) -> Vec<PathBuf> {
    if path.is_dir() {
        let entries = std::fs::read_dir(path).expect("readable");
        return entries
            .flat_map(|entry| pages(entry.expect("readable").path()))
            .collect();
    }
    let is_page = path.extension().is_some_and(|extension| extension == "md");
    is_page.then_some(path).into_iter().collect()
}

#[test]
fn every_command_has_examples_that_it_accepts() {
    for (path, command) in commands(&command(), "odd-dashboard") {
        let examples = command.get_before_help().expect(&path).to_string();
        assert!(examples.contains(&path), "{path}: {examples}");
        for example in examples.lines() {
            assert!(example.starts_with("  "), "{example}");
            // Two spaces separate the command from its explanation.
            let script = example.trim_start().split("  ").next().expect("not empty");
            for call in calls(script) {
                assert_accepted(&path, &call);
            }
        }
    }
}

#[test]
fn every_command_is_in_the_reference() {
    let page = include_str!(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../../docs/reference/cli.md"
    ));
    for (path, _) in commands(&command(), "odd-dashboard").iter().skip(1) {
        let mut names = path.split(' ').skip(1);
        let name = names.next().expect("a command");
        let is_row = |line: &&str| {
            let rest = line
                .strip_prefix("| `")
                .and_then(|line| line.strip_prefix(name));
            rest.is_some_and(|rest| rest.starts_with([' ', '`']))
        };
        let row = page.lines().find(is_row).expect(path);
        for subcommand in names {
            let mut words = row.split(|char: char| !char.is_alphanumeric() && char != '-');
            assert!(words.any(|word| word == subcommand), "{path}: {row}");
        }
    }
}

#[test]
fn every_command_and_option_is_completed() {
    for (path, definition) in commands(&command(), "odd-dashboard") {
        let options = definition
            .get_arguments()
            .filter(|option| !option.is_hide_set());
        let options = options.filter_map(|option| Some(format!("--{}", option.get_long()?)));
        let lines = options.map(|option| format!("{path} {option}"));
        for line in lines.chain([path.clone()]) {
            let words: Vec<std::ffi::OsString> = line.split(' ').map(Into::into).collect();
            let (last, index) = (words[words.len() - 1].clone(), words.len() - 1);
            if index == 0 {
                continue;
            }
            let found = clap_complete::engine::complete(&mut command(), words, index, None);
            let found = found.expect("completed");
            assert!(
                found.iter().any(|candidate| candidate.get_value() == last),
                "{line}"
            );
        }
    }
}

#[test]
fn examples_in_the_documentation_are_accepted() {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../..");
    let mut accepted = 0;
    for page in ["README.md", "docs", "infra/runbooks"]
        .map(|name| pages(repository.join(name)))
        .concat()
    {
        let text = std::fs::read_to_string(&page).expect("a page");
        for call in console_commands(&text)
            .iter()
            .flat_map(|script| calls(script))
        {
            assert_accepted(&page.display().to_string(), &call);
            accepted += 1;
        }
    }
    assert!(accepted >= 100, "only {accepted} calls were found");
}

#[test]
fn calls_are_found_in_shell_scripts() {
    let page = "```console\n$ ODD_LOG=debug odd-dashboard up --data-dir \"a b\" 2> log & # an 'odd-dashboard x'\n\
        output of odd-dashboard y\n\
        $ for n in $(seq 3); do target/quick/odd-dashboard submit echo '{\n  \"n\": 1 }' -o name; done > ids\n\
        $ odd-dashboard jobs get $(odd-dashboard dlq list | head -1) \\\n    -q\n\
        $ cat ids | xargs odd-dashboard dlq replay\n$ pkill -f 'odd-dashboard up'\n\
        $ cd web && ODD_BINARY=/a/odd-dashboard npm test\n$ odd-dashboard explain <id>\n```\n\
        ```text\n$ odd-dashboard z\n```\n";
    let scripts = console_commands(page);
    let calls = scripts.iter().flat_map(|script| calls(script));
    let calls: Vec<String> = calls.map(|call| call.join("_")).collect();
    assert_eq!(
        calls,
        [
            "odd-dashboard_up_--data-dir_a b".to_owned(),
            "target/quick/odd-dashboard_submit_echo_{\n  \"n\": 1 }_-o_name".to_owned(),
            "odd-dashboard_dlq_list".to_owned(),
            format!("odd-dashboard_jobs_get_{ID}_-q"),
            format!("odd-dashboard_dlq_replay_{ID}"),
            format!("odd-dashboard_explain_{ID}"),
        ]
    );
}

#[test]
fn environment_variables_are_explained_on_one_line_each() {
    for line in environment().lines() {
        assert!(line.chars().count() <= 100, "{line}");
    }
}
