//! The table of keys in the reference page, generated from the bindings.

use std::fmt::Write;

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

#[test]
fn reference_page_has_every_key() {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../../docs/reference/tui.md"
    );
    let page = std::fs::read_to_string(path).expect("the page exists");
    let current = with_tables(&page);
    if std::env::var_os("UPDATE_REFERENCE").is_some() {
        std::fs::write(path, &current).expect("the page can be written");
        return;
    }
    assert_eq!(page, current, "see the comment before the tables");
}
