use odd_contracts::json_pointer;
use serde_json::Value;

use super::{Report, Rule};
use crate::ContractSet;
use crate::references::References;

/// Fields whose value is data. A `$ref` in it is not a reference.
const DATA: [&str; 5] = ["const", "enum", "default", "example", "examples"];

/// Checks that every `$ref` of every document has a target.
pub(super) fn check(set: &ContractSet, report: &mut Report) {
    let references = References::of(set);
    for (path, document) in set.documents() {
        if path.starts_with("fixtures/") {
            continue;
        }
        report.counts.documents += usize::from(!path.starts_with("schemas/"));
        let mut found = Vec::new();
        collect(document, "", &mut found);
        for (at, reference) in found {
            report.counts.references += 1;
            if let Err(error) = references.resolve(path, reference) {
                let message = format!("{at}: {reference} has no target: {error}");
                report.add(Rule::Reference, path, message);
            }
        }
    }
}

fn collect<'a>(value: &'a Value, at: &str, found: &mut Vec<(String, &'a str)>) {
    match value {
        Value::Object(fields) => {
            for (name, field) in fields {
                match field {
                    Value::String(reference) if name == "$ref" => {
                        found.push((at.to_owned(), reference));
                    }
                    _ if DATA.contains(&name.as_str()) => {}
                    _ => collect(field, &json_pointer::child(at, name), found),
                }
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                collect(item, &format!("{at}/{index}"), found);
            }
        }
        _ => {}
    }
}
