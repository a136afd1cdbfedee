//! The table of keys in the reference page and in the web dashboard, generated from the bindings.

use std::fmt::Write;

use serde_json::json;

use super::{BINDINGS, Scope};

/// The line before the table, and the one after it.
const START: &str = "--lib reference`. -->\n";
const END: &str = "<!-- end of keys -->";

/// Renders one table for each part of the screen.
fn render_tables() -> String {
    let mut text = String::new();
    for scope in Scope::ALL {
        let title = scope.title();
        let header = "| Key | Name | What it does |\n| --- | --- | --- |";
        writeln!(text, "\n### {title}\n{header}").expect("writing to a String cannot fail");
        for binding in BINDINGS.iter().filter(|binding| binding.scope == scope) {
            let keys: Vec<String> = binding.keys.iter().map(|key| format!("`{key}`")).collect();
            let mark = if binding.is_change {
                " (not in a read-only interface)"
            } else {
                ""
            };
            writeln!(
                text,
                "| {} | `{}` | {}{mark} |",
                keys.join(" "),
                binding.name,
                binding.help
            )
            .expect("writing to a String cannot fail");
        }
    }
    text.push('\n');
    text
}

/// Returns the page with the tables of today.
fn with_tables(page: &str) -> String {
    let start = page.find(START).expect("the comment before the tables") + START.len();
    let end = page.find(END).expect("the comment after the tables");
    format!("{}{}{}", &page[..start], render_tables(), &page[end..])
}

/// Returns the bindings as the web dashboard reads them.
fn web_table() -> String {
    let rows: Vec<serde_json::Value> = BINDINGS
        .iter()
        .map(|binding| {
            json!({
                "name": binding.name,
                "keys": binding.keys,
                "help": binding.help,
                "group": binding.group(),
                "isChange": binding.is_change,
            })
        })
        .collect();
    let table = serde_json::to_string_pretty(&rows).expect("plain JSON");
    format!("{table}\n")
}

/// Compares a file, or writes it if `UPDATE_REFERENCE` is set.
fn check(path: &str, current: impl FnOnce(&str) -> String) {
    let path = format!("{}/../../../{path}", env!("CARGO_MANIFEST_DIR"));
    let existing = std::fs::read_to_string(&path).expect("the file exists");
    let current = current(&existing);
    if std::env::var_os("UPDATE_REFERENCE").is_some() {
        std::fs::write(path, current).expect("the file can be written");
        return;
    }
    assert_eq!(
        existing, current,
        "run `UPDATE_REFERENCE=1 cargo test -p odd-tui --lib reference`"
    );
}

#[test]
fn reference_page_has_every_key() {
    check("docs/reference/tui.md", with_tables);
}

#[test]
fn web_dashboard_has_every_key() {
    check("web/src/generated/keys.json", |_| web_table());
}
