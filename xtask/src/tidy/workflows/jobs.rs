use serde_json::Value;

use super::workflow::Workflow;
use crate::tidy::yaml::items;

pub(super) fn problems(workflow: &Workflow<'_>) -> Vec<String> {
    let mut problems = Vec::new();
    for (name, job) in workflow.jobs() {
        if job.get("timeout-minutes").and_then(Value::as_u64).is_none() {
            problems.push(format!("job `{name}` needs `timeout-minutes`"));
        }
        for step in items(job, "steps") {
            let text = |key| step.get(key).and_then(Value::as_str).unwrap_or_default();
            if text("run").contains("${{") {
                // A value such as the title of a pull request would become part of the command.
                let message =
                    "contains an expression in a command; pass it as an environment variable";
                problems.push(format!("job `{name}` {message}"));
            }
            let keeps_token = step.pointer("/with/persist-credentials") != Some(&false.into());
            if text("uses").starts_with("actions/checkout@") && keeps_token {
                problems.push(format!(
                    "job `{name}` checks out without `persist-credentials: false`"
                ));
            }
        }
    }
    problems
}
