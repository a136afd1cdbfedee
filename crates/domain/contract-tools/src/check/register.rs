use std::collections::BTreeMap;

use serde_json::Value;

use super::{Report, Rule};
use crate::contract_set::schema_name;
use crate::{ContractSet, parse_version};

const REGISTER: &str = "VERSIONS.md";

/// Checks that the register and the documents list equal versions.
pub(super) fn check(set: &ContractSet, report: &mut Report) {
    let Some(text) = set.text(REGISTER) else {
        report.add(Rule::Register, REGISTER, "is missing");
        return;
    };
    let mut rows = BTreeMap::new();
    for (name, version) in text.lines().filter_map(row) {
        if rows.insert(name, version).is_some() {
            let message = format!("lists {name} twice");
            report.add(Rule::Register, REGISTER, message);
        }
    }
    for (path, version) in versioned_documents(set) {
        let name = schema_name(path).unwrap_or(path);
        match rows.remove(name) {
            None => report.add(Rule::Register, REGISTER, format!("does not list {name}")),
            Some(listed) if listed != version => {
                let message = format!("lists {name} at {listed}, but {path} is at {version}");
                report.add(Rule::Register, REGISTER, message);
            }
            Some(_) => {}
        }
    }
    for name in rows.keys() {
        let message = format!("lists {name}, which does not exist");
        report.add(Rule::Register, REGISTER, message);
    }
}

/// Returns the contract documents with a version. Fixtures are not contracts.
fn versioned_documents(set: &ContractSet) -> impl Iterator<Item = (&str, &str)> {
    set.documents()
        .filter(|(path, _)| !path.starts_with("fixtures/"))
        .filter_map(|(path, document)| Some((path, version_of(document)?)))
}

/// Returns the version of a document. Schemas have a `$version`, OpenAPI and AsyncAPI documents an `info.version`, the others a `version`.
fn version_of(document: &Value) -> Option<&str> {
    [
        &document["$version"],
        &document["info"]["version"],
        &document["version"],
    ]
    .into_iter()
    .find_map(Value::as_str)
}

/// Returns the name and the version in a table row: ``| `name` | 1.2.3 | … |``.
fn row(line: &str) -> Option<(&str, &str)> {
    let mut cells = line.trim().strip_prefix('|')?.split('|').map(str::trim);
    let name = cells.next()?.strip_prefix('`')?.strip_suffix('`')?;
    let version = cells.next()?;
    parse_version(version).ok().map(|_| (name, version))
}

#[cfg(test)]
mod tests {
    use super::row;

    #[test]
    fn only_rows_with_a_name_and_a_version_are_read() {
        assert_eq!(row("| `job` | 1.2.3 | Job |"), Some(("job", "1.2.3")));
        assert_eq!(
            row("  | `events/job.due` | 1.0.0 |"),
            Some(("events/job.due", "1.0.0"))
        );
        for line in [
            "| Schema | Version |",
            "| --- | --- |",
            "| `x` | soon |",
            "`job` 1.2.3",
            "",
        ] {
            assert_eq!(row(line), None, "{line}");
        }
    }
}
