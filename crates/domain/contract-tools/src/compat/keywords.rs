use std::collections::BTreeSet;

use odd_contracts::json_pointer;
use serde_json::Value;

use super::change::{Difference, Effect};
use super::view::{Located, View};

/// Keywords with a text as their value. Whether another text accepts more or less cannot be determined.
const TEXTS: [&str; 6] = [
    "pattern",
    "format",
    "contentEncoding",
    "contentMediaType",
    "$dynamicRef",
    "$dynamicAnchor",
];

/// JSON's types; numbers are integers or fractions, so that `integer` is part of `number`.
const TYPES: [&str; 7] = [
    "null", "boolean", "integer", "fraction", "string", "array", "object",
];

/// Returns the types that a view accepts.
pub(super) fn types_of(view: &View<'_>) -> BTreeSet<&'static str> {
    let mut accepted: BTreeSet<&'static str> = TYPES.into();
    for value in view.values("type") {
        let named: Vec<&str> = match value {
            Value::String(name) => vec![name],
            Value::Array(names) => names.iter().filter_map(Value::as_str).collect(),
            _ => continue,
        };
        accepted.retain(|one| {
            named.contains(one)
                || (matches!(*one, "integer" | "fraction") && named.contains(&"number"))
        });
    }
    if let Some(values) = enumeration_of(view) {
        let of_values: BTreeSet<_> = values.into_iter().map(type_of).collect();
        accepted.retain(|one| of_values.contains(one));
    }
    accepted
}

fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.as_f64().is_some_and(|n| n.fract() == 0.0) => "integer",
        Value::Number(_) => "fraction",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

pub(super) fn compare_types(base: &View<'_>, head: &View<'_>, found: &mut Vec<Difference>) {
    let before = types_of(base);
    let after = types_of(head);
    let effect = match (after.is_superset(&before), before.is_superset(&after)) {
        (true, true) => return,
        (true, false) => Effect::Widens,
        (false, true) => Effect::Narrows,
        (false, false) => Effect::Replaces,
    };
    let message = format!("type changed from {} to {}", words(&before), words(&after));
    found.push(Difference::new(effect, "/type", message));
}

fn words(types: &BTreeSet<&str>) -> String {
    if types.len() == TYPES.len() {
        return "any".to_owned();
    }
    let is_number = types.contains("fraction");
    let names = types
        .iter()
        .filter(|name| !(is_number && **name == "integer"));
    let names: Vec<_> = names
        .map(|name| if *name == "fraction" { "number" } else { name })
        .collect();
    names.join(" or ")
}

/// Returns the values that `enum` and `const` allow; `None` without these keywords.
fn enumeration_of<'a>(view: &View<'a>) -> Option<Vec<&'a Value>> {
    let mut left: Option<Vec<&'a Value>> = None;
    let lists = view.values("enum").filter_map(Value::as_array);
    let constants = view.values("const").map(std::slice::from_ref);
    for values in lists.map(Vec::as_slice).chain(constants) {
        left = Some(match left {
            None => values.iter().collect(),
            Some(before) => before
                .into_iter()
                .filter(|one| values.contains(one))
                .collect(),
        });
    }
    left
}

pub(super) fn compare_enumerations(base: &View<'_>, head: &View<'_>, found: &mut Vec<Difference>) {
    let mut report = |effect, message: String| {
        found.push(Difference::new(effect, "/enum", message));
    };
    match (enumeration_of(base), enumeration_of(head)) {
        (None, None) => {}
        (None, Some(_)) => report(Effect::Narrows, "enumeration added".to_owned()),
        (Some(_), None) => report(Effect::Widens, "enumeration removed".to_owned()),
        (Some(before), Some(after)) => {
            for value in before.iter().filter(|value| !after.contains(value)) {
                report(Effect::Narrows, format!("value {value} removed"));
            }
            for value in after.iter().filter(|value| !before.contains(value)) {
                report(Effect::Widens, format!("value {value} added"));
            }
        }
    }
}

pub(super) fn compare_texts(base: &View<'_>, head: &View<'_>, found: &mut Vec<Difference>) {
    for keyword in TEXTS {
        let before: BTreeSet<_> = base.values(keyword).filter_map(Value::as_str).collect();
        let after: BTreeSet<_> = head.values(keyword).filter_map(Value::as_str).collect();
        let list = |texts: &BTreeSet<&str>| texts.iter().copied().collect::<Vec<_>>().join(" and ");
        let (effect, message) = match (after.is_superset(&before), before.is_superset(&after)) {
            (true, true) => continue,
            (true, false) => (
                Effect::Narrows,
                format!("{keyword} added: {}", list(&after)),
            ),
            (false, true) => (
                Effect::Widens,
                format!("{keyword} removed: {}", list(&before)),
            ),
            (false, false) => (
                Effect::Replaces,
                format!(
                    "{keyword} changed from {} to {}",
                    list(&before),
                    list(&after)
                ),
            ),
        };
        found.push(Difference::new(effect, format!("/{keyword}"), message));
    }
}

pub(super) fn compare_required(base: &View<'_>, head: &View<'_>, found: &mut Vec<Difference>) {
    let before = strings(base.values("required"));
    let after = strings(head.values("required"));
    for name in after.difference(&before) {
        let message = format!("field {name} required");
        found.push(Difference::new(Effect::Narrows, "/required", message));
    }
    for name in before.difference(&after) {
        let message = format!("field {name} no longer required");
        found.push(Difference::new(Effect::Widens, "/required", message));
    }
    const DEPENDENT: &str = "dependentRequired";
    for trigger in base.names(DEPENDENT).union(&head.names(DEPENDENT)) {
        let at = json_pointer::child("/dependentRequired", trigger);
        let before = strings(base.values(DEPENDENT).filter_map(|map| map.get(*trigger)));
        let after = strings(head.values(DEPENDENT).filter_map(|map| map.get(*trigger)));
        for name in after.difference(&before) {
            let message = format!("field {name} required next to {trigger}");
            found.push(Difference::new(Effect::Narrows, at.clone(), message));
        }
        for name in before.difference(&after) {
            let message = format!("field {name} no longer required next to {trigger}");
            found.push(Difference::new(Effect::Widens, at.clone(), message));
        }
    }
}

fn strings<'a>(lists: impl Iterator<Item = &'a Value>) -> BTreeSet<&'a str> {
    lists
        .filter_map(Value::as_array)
        .flatten()
        .filter_map(Value::as_str)
        .collect()
}

/// Returns the schemas of each position of `prefixItems`.
pub(super) fn prefix_items<'a>(view: &View<'a>) -> Vec<Vec<Located<'a>>> {
    let mut places: Vec<Vec<Located<'a>>> = Vec::new();
    for Located { path, schema } in view.schemas("prefixItems") {
        for (place, schema) in schema.as_array().into_iter().flatten().enumerate() {
            if places.len() <= place {
                places.push(Vec::new());
            }
            places[place].push(Located { path, schema });
        }
    }
    places
}

/// An `if` with its `then` and `else`.
#[derive(Debug)]
pub(super) struct Conditional<'a> {
    pub(super) test: Vec<Located<'a>>,
    pub(super) then: Vec<Located<'a>>,
    pub(super) otherwise: Vec<Located<'a>>,
}

/// Returns the conditionals with a `then` or an `else`.
pub(super) fn conditionals<'a>(view: &View<'a>) -> Vec<Conditional<'a>> {
    let in_conjunct = view.conjuncts.iter().map(|conjunct| {
        let schema = |keyword| {
            let schema = conjunct.keywords.get(keyword);
            let path = conjunct.path;
            schema
                .map(|schema| Located { path, schema })
                .into_iter()
                .collect()
        };
        Conditional {
            test: schema("if"),
            then: schema("then"),
            otherwise: schema("else"),
        }
    });
    in_conjunct
        .filter(|one| !one.test.is_empty())
        .filter(|one| !one.then.is_empty() || !one.otherwise.is_empty())
        .collect()
}

/// Returns `true` if a condition can hold only for values that the base rejects, such as a new event type: it lists values
/// of a field that the base requires, and that are not in the enumeration of the base.
pub(super) fn holds_for_new_values_only(
    condition: &Conditional<'_>,
    base: &View<'_>,
    head: &View<'_>,
) -> bool {
    if !condition.otherwise.is_empty() {
        return false;
    }
    let required: BTreeSet<_> = {
        let before = strings(base.values("required"));
        let after = strings(head.values("required"));
        before.intersection(&after).copied().collect()
    };
    condition
        .test
        .iter()
        .filter_map(|test| test.schema.get("properties")?.as_object())
        .flatten()
        .filter(|(name, _)| required.contains(name.as_str()))
        .any(|(name, test)| {
            let tested: Vec<&Value> = match (test.get("const"), test.get("enum")) {
                (Some(value), _) => vec![value],
                (None, Some(Value::Array(values))) => values.iter().collect(),
                _ => return false,
            };
            let known: Vec<&Value> = base
                .named("properties", name)
                .iter()
                .filter_map(|field| field.schema.get("enum")?.as_array())
                .flatten()
                .collect();
            !known.is_empty() && tested.iter().all(|value| !known.contains(value))
        })
}
