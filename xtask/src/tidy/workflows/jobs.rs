use serde_json::Value;

use super::steps;
use super::workflow::Workflow;

pub(super) fn problems(workflow: &Workflow<'_>) -> Vec<String> {
    let mut problems = Vec::new();
    for (name, job) in workflow.jobs() {
        let name = format!("job `{name}`");
        if job.get("timeout-minutes").and_then(Value::as_u64).is_none() {
            problems.push(format!("{name} needs `timeout-minutes`"));
        }
        problems.extend(steps::problems(job, &name));
    }
    problems
}
