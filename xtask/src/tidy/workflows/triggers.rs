use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

use super::workflow::Workflow;

/// Triggers that give the code of a pull request the secrets of the repository.
const UNSAFE: [&str; 2] = ["pull_request_target", "workflow_run"];

static SECRET: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\$\{\{[^}]*\bsecrets\b|(?m)^\s*secrets:").expect("the pattern is valid")
});

pub(super) fn problems(workflow: &Workflow<'_>) -> Vec<String> {
    let triggers = triggers(&workflow.document);
    let is_unsafe = UNSAFE.iter().filter(|name| triggers.contains(name));
    let mut problems: Vec<String> = is_unsafe
        .map(|name| format!("must not run on `{name}`"))
        .collect();
    if triggers.contains(&"pull_request") && SECRET.is_match(workflow.text) {
        problems.push("uses a secret, although it runs on pull requests".to_owned());
    }
    problems
}

fn triggers(document: &Value) -> Vec<&str> {
    match document.get("on") {
        Some(Value::String(name)) => vec![name],
        Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).collect(),
        Some(Value::Object(triggers)) => triggers.keys().map(String::as_str).collect(),
        _ => Vec::new(),
    }
}
