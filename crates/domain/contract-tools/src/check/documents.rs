use std::collections::BTreeMap;

use odd_contracts::schema::id_of;
use serde_json::Value;

use super::{Report, Rule};
use crate::{ContractSet, parse_version};

const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";

/// Checks that every file is JSON, and that every schema has its own id and version.
pub(super) fn check(set: &ContractSet, report: &mut Report) {
    for (path, error) in set.broken() {
        report.add(Rule::Syntax, path, format!("is not JSON: {error}"));
    }
    let mut seen: BTreeMap<&str, &str> = BTreeMap::new();
    for (name, document) in set.schemas() {
        report.counts.schemas += 1;
        let path = format!("schemas/{name}.json");
        check_dialect(&path, document, report);
        check_version(&path, document, report);
        match document["$id"].as_str() {
            None => report.add(Rule::Id, &path, "has no $id"),
            Some(id) => {
                let expected = id_of(name);
                if id != expected {
                    report.add(Rule::Id, &path, format!("$id must be {expected}"));
                }
                if let Some(other) = seen.insert(id, name) {
                    let message = format!("has the same $id as schemas/{other}.json");
                    report.add(Rule::Id, &path, message);
                }
            }
        }
    }
    if report.counts.schemas == 0 {
        report.add(Rule::Syntax, "schemas", "holds no schema");
    }
}

fn check_dialect(path: &str, document: &Value, report: &mut Report) {
    if document["$schema"] != DIALECT {
        report.add(Rule::Syntax, path, format!("$schema must be {DIALECT}"));
    }
    if let Err(error) = jsonschema::meta::validate(document) {
        let message = format!("is not a schema: {error} at {}", error.instance_path());
        report.add(Rule::Syntax, path, message);
    }
}

fn check_version(path: &str, document: &Value, report: &mut Report) {
    match document["$version"].as_str().map(parse_version) {
        Some(Ok(_)) => {}
        Some(Err(error)) => report.add(Rule::Version, path, format!("$version {error}")),
        None => report.add(Rule::Version, path, "has no $version"),
    }
}
