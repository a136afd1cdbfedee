//! The documentation describes what the parser accepts.

use super::{FilterKey, JobFilter};

const PAGE: &str = include_str!("../../../../../docs/reference/filter.md");

#[test]
fn page_lists_every_key() {
    for key in FilterKey::ALL {
        let negatable = if key.can_be_negated() { "yes" } else { "no" };
        let row = format!(
            "| `{key}` | {} | `{}` | {negatable}",
            key.summary(),
            key.example()
        );
        assert!(PAGE.contains(&row), "{row}");
    }
}

#[test]
fn every_example_of_the_page_is_a_filter() {
    let (_, examples) = PAGE.split_once("## Examples").expect("a section");
    let (examples, _) = examples.split_once("\n## ").expect("a next section");
    let rows = examples.lines().filter_map(|line| line.strip_prefix("| `"));
    let mut count = 0;
    for (filter, _) in rows.filter_map(|row| row.split_once("` | ")) {
        let parsed = filter.parse::<JobFilter>();
        let printed = parsed.expect(filter).to_string();
        assert_eq!(printed, filter);
        count += 1;
    }
    assert!(count > 5);
}
