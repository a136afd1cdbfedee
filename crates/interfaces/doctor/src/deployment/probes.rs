use std::sync::Arc;

use odd_client::{ClientError, Url};
use serde::Deserialize;

use super::access::{Connection, DeploymentAccess};
use super::{clock_skew, exposure, retention, role_builds, services, view_lag};
use crate::{Finding, Fix, Group, Probe};

/// Returns the probes of a running deployment.
///
/// # Errors
/// When the URLs or the token cannot be used.
pub fn deployment_probes(access: DeploymentAccess) -> Result<Vec<Probe>, ClientError> {
    let connection = Arc::new(Connection::new(access)?);
    let config = &connection.access.client;
    let (gateway, read_model) = (config.gateway_url.clone(), config.read_model_url.clone());
    Ok(vec![
        readiness("gateway", "Gateway", gateway, &connection),
        readiness("read-model", "Read-model", read_model, &connection),
        probe("roles", "Roles", &connection, services::check),
        probe("versions", "Versions", &connection, role_builds::check),
        probe("open-addresses", "Access", &connection, exposure::check),
        probe("retention", "Retention", &connection, retention::check),
        probe("view-lag", "Views", &connection, view_lag::check),
        probe("clock-skew", "Clocks", &connection, clock_skew::check),
    ])
}

fn probe<R>(
    id: &'static str,
    title: &'static str,
    connection: &Arc<Connection>,
    check: impl FnOnce(Arc<Connection>) -> R + Send + 'static,
) -> Probe
where
    R: Future<Output = Finding> + Send + 'static,
{
    Probe::new(id, Group::Deployment, title, check(connection.clone()))
}

fn readiness(
    id: &'static str,
    title: &'static str,
    base: Url,
    connection: &Arc<Connection>,
) -> Probe {
    probe(id, title, connection, move |connection| async move {
        match connection.page(&base, "readyz").await {
            Ok(page) => {
                let is_expected = connection.access.is_expected;
                readiness_finding(&base, page.status, &page.text, is_expected)
            }
            Err(error) => connection.unreachable(&error),
        }
    })
}

/// The part of the answer of `/readyz` that names what is missing.
#[derive(Deserialize)]
struct Ready {
    checks: Vec<ReadyCheck>,
}

#[derive(Deserialize)]
struct ReadyCheck {
    dependency: String,
    up: bool,
}

/// Another program at an address that the user has not named is reported by the check of the ports.
fn readiness_finding(base: &Url, status: u16, text: &str, is_expected: bool) -> Finding {
    let down = serde_json::from_str::<Ready>(text).map(|ready| {
        let down = ready.checks.into_iter().filter(|check| !check.up);
        down.map(|check| check.dependency).collect::<Vec<_>>()
    });
    match (status, down) {
        (200, Ok(down)) if down.is_empty() => Finding::ok(format!("ready at {base}")),
        (200, Ok(down)) => Finding::warn(
            format!("ready at {base} without {}", down.join(", ")),
            Fix::new("it works, but slower: start these dependencies"),
        ),
        (503, Ok(down)) => Finding::fail(
            format!("not ready at {base}: {} is not available", down.join(", ")),
            Fix::new("start what is not available; the log of the role tells why"),
        ),
        _ if !is_expected => Finding::skipped(format!(
            "nothing runs here yet: {base} answered {status}, and is not an observatory"
        )),
        _ => Finding::fail(
            format!("{base} answered {status}, and is not an observatory"),
            Fix::new("set the URLs with --gateway-url and --read-model-url"),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::CheckStatus;

    #[test]
    fn readiness_names_what_is_missing() {
        let base = Url::parse("http://127.0.0.1:3000").expect("a URL");
        let ready =
            |up| format!(r#"{{"status":"x","checks":[{{"dependency":"store","up":{up}}}]}}"#);
        let finding = |status, text: &str| readiness_finding(&base, status, text, true);
        assert_eq!(finding(200, &ready(true)).status(), CheckStatus::Ok);
        assert_eq!(finding(200, &ready(false)).status(), CheckStatus::Warn);
        let unready = finding(503, &ready(false));
        assert_eq!(unready.status(), CheckStatus::Fail);
        assert!(unready.detail().ends_with("store is not available"));
        let other = finding(200, "<html>");
        assert!(
            other.detail().ends_with("is not an observatory"),
            "{other:?}"
        );
        let unnamed = readiness_finding(&base, 404, "<html>", false);
        assert_eq!(unnamed.status(), CheckStatus::Skipped);
    }
}
