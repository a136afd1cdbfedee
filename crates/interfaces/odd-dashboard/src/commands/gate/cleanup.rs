use reqwest::Method;
use serde_json::Value;

use crate::commands::deployment::Deployment;

/// Cancels jobs that have not finished, and drops their dead letters. A token that may not do it leaves them behind.
pub(super) async fn remove(deployment: &Deployment, jobs: &[Value]) {
    for job in jobs {
        let id = job["id"].as_str().unwrap_or_default();
        let cancel = format!("/jobs/{id}/cancel");
        let drop = format!("/dead-letters/{id}");
        let _ = deployment.command(Method::POST, &cancel, None).await;
        let _ = deployment.command(Method::DELETE, &drop, None).await;
    }
}
