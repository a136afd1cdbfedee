use serde_json::{Map, Value, json};

use super::workflow::Workflow;

/// Jobs that may do more than read the repository: workflow, job, and the permissions that they may have.
const ALLOWED: [(&str, &str, &[&str]); 2] = [
    (
        "release.yml",
        "publish",
        &["contents: write", "id-token: write", "attestations: write"],
    ),
    (
        "release.yml",
        "image",
        &["packages: write", "id-token: write", "attestations: write"],
    ),
];
const READ: &str = "contents: read";

pub(super) fn problems(workflow: &Workflow<'_>) -> Vec<String> {
    let mut problems = Vec::new();
    let permissions = workflow.document.get("permissions");
    let least = [json!({}), json!({ "contents": "read" })];
    if !permissions.is_some_and(|it| least.contains(it)) {
        problems.push(format!(
            "must have the permissions `{READ}` or none; a job may have more"
        ));
    }
    for (name, job) in workflow.jobs() {
        match job.get("permissions") {
            None => {}
            Some(Value::Object(permissions)) => {
                problems.extend(refused(workflow.name, name, permissions));
            }
            Some(_) => problems.push(format!("job `{name}` needs a list of permissions")),
        }
    }
    problems
}

fn refused(workflow: &str, job: &str, permissions: &Map<String, Value>) -> Vec<String> {
    let is_this = |it: &&(&str, &str, &[&str])| it.0 == workflow && it.1 == job;
    let allowed = ALLOWED.iter().find(is_this).map_or(&[][..], |it| it.2);
    permissions
        .iter()
        .map(|(scope, access)| format!("{scope}: {}", access.as_str().unwrap_or_default()))
        .filter(|permission| permission != READ && !allowed.contains(&permission.as_str()))
        .map(|permission| format!("job `{job}` may not have the permission `{permission}`"))
        .collect()
}
