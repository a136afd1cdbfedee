use std::sync::Arc;

use odd_contracts::{ServiceHealth, ServiceStatus};

use super::access::Connection;
use crate::{Finding, Fix};

/// Checks that every role of the deployment can do its work.
pub(super) async fn check(connection: Arc<Connection>) -> Finding {
    match connection.client.services().await {
        Ok(list) => finding(&list.services),
        Err(error) => connection.unanswered(&error),
    }
}

fn finding(services: &[ServiceHealth]) -> Finding {
    let state = |service: &ServiceHealth| {
        let word = match service.status {
            ServiceStatus::Up => return None,
            ServiceStatus::Degraded => "is not ready",
            ServiceStatus::Down => "does not answer",
        };
        let detail = service.detail.as_ref().map(|detail| format!(" ({detail})"));
        Some(format!(
            "{} {word}{}",
            service.name,
            detail.unwrap_or_default()
        ))
    };
    let states: Vec<String> = services.iter().filter_map(state).collect();
    if states.is_empty() {
        let names: Vec<&str> = services
            .iter()
            .map(|service| service.name.as_str())
            .collect();
        return Finding::ok(format!("{} are ready", names.join(", ")));
    }
    let fix = Fix::new("start these roles, or what they wait for");
    Finding::fail(states.join("; "), fix.command("odd-dashboard status"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::CheckStatus;

    fn service(name: &str, status: ServiceStatus, detail: Option<&str>) -> ServiceHealth {
        ServiceHealth {
            name: name.to_owned(),
            url: "http://127.0.0.1:1".to_owned(),
            status,
            version: None,
            detail: detail.map(str::to_owned),
        }
    }

    #[test]
    fn roles_that_do_not_work_are_named_with_their_reason() {
        let up = service("gateway", ServiceStatus::Up, None);
        assert_eq!(finding(std::slice::from_ref(&up)).status(), CheckStatus::Ok);
        let degraded = service("processor", ServiceStatus::Degraded, Some("store"));
        let down = service("metrics-engine", ServiceStatus::Down, None);
        let finding = finding(&[up, degraded, down]);
        assert_eq!(finding.status(), CheckStatus::Fail);
        let expected = "processor is not ready (store); metrics-engine does not answer";
        assert_eq!(finding.detail(), expected);
    }
}
