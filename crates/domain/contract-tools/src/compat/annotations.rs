//! Changes of a schema that affect its readers, but not values.

use serde_json::Value;

use super::Change;
use odd_contracts::json_pointer;

use crate::Bump;

const ANNOTATIONS: [&str; 8] = [
    "title",
    "description",
    "$comment",
    "examples",
    "default",
    "deprecated",
    "readOnly",
    "writeOnly",
];

/// Keywords that map names to schemas. Their keys are names, even if they look like keywords.
const NAMED: [&str; 4] = [
    "properties",
    "patternProperties",
    "dependentSchemas",
    "$defs",
];

/// Returns the changed annotations of a schema file.
pub(super) fn compare(base: &Value, head: &Value) -> Vec<Change> {
    let mut found = Vec::new();
    walk(base, head, "", false, &mut found);
    found
}

fn walk(base: &Value, head: &Value, at: &str, is_map: bool, found: &mut Vec<Change>) {
    match (base, head) {
        (Value::Object(before), Value::Object(after)) => {
            for (name, new) in after {
                let at = json_pointer::child(at, name);
                let old = before.get(name);
                if !is_map && is_annotation(name) {
                    if old != Some(new) {
                        let verb = if old.is_some() { "changed" } else { "added" };
                        found.push(patch(at, format!("{name} {verb}")));
                    }
                } else if let Some(old) = old {
                    walk(
                        old,
                        new,
                        &at,
                        !is_map && NAMED.contains(&name.as_str()),
                        found,
                    );
                }
            }
            let lost = before.keys().filter(|name| !after.contains_key(*name));
            for name in lost.filter(|name| !is_map && is_annotation(name)) {
                found.push(patch(
                    json_pointer::child(at, name),
                    format!("{name} removed"),
                ));
            }
        }
        (Value::Array(before), Value::Array(after)) => {
            for (place, (old, new)) in before.iter().zip(after).enumerate() {
                walk(old, new, &format!("{at}/{place}"), false, found);
            }
        }
        _ => {}
    }
}

fn is_annotation(keyword: &str) -> bool {
    ANNOTATIONS.contains(&keyword) || keyword.starts_with("x-")
}

fn patch(pointer: String, message: String) -> Change {
    Change {
        level: Bump::Patch,
        pointer,
        message,
    }
}
