use serde_json::Value;

use crate::tidy::yaml::items;

/// Returns the problems of the steps of a job, or of the `runs` of an action.
pub(super) fn problems(owner: &Value, name: &str) -> Vec<String> {
    let mut problems = Vec::new();
    for step in items(owner, "steps") {
        let text = |key| step.get(key).and_then(Value::as_str).unwrap_or_default();
        if text("run").contains("${{") {
            // A value such as the title of a pull request would become part of the command.
            let message = "contains an expression in a command; pass it as an environment variable";
            problems.push(format!("{name} {message}"));
        }
        let keeps_token = step.pointer("/with/persist-credentials") != Some(&false.into());
        if text("uses").starts_with("actions/checkout@") && keeps_token {
            problems.push(format!(
                "{name} checks out without `persist-credentials: false`"
            ));
        }
    }
    problems
}
