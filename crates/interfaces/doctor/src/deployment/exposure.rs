use std::sync::Arc;

use futures_util::future::join_all;
use odd_client::{Url, is_loopback};
use odd_contracts::ServiceHealth;

use super::access::{Connection, under};
use crate::address_holder::listens_beyond_loopback;
use crate::{Finding, Fix};

/// What a role that other machines may reach does with a request without a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Answer {
    /// It answers.
    Open,
    /// It requires a token.
    Refused,
    /// This machine cannot reach it.
    Unknown,
}

/// Checks that no role which other machines can reach answers requests without a token.
pub(super) async fn check(connection: Arc<Connection>) -> Finding {
    let services = match connection.client.services().await {
        Ok(list) => list.services,
        Err(error) => return connection.unanswered(&error),
    };
    let exposed = exposed(&connection, &services);
    let answers = exposed
        .iter()
        .map(|(name, url)| answer_of(&connection, name, url.as_ref()));
    finding(&join_all(answers).await)
}

/// Returns the answer of a role, and what to call it.
async fn answer_of(connection: &Connection, name: &str, url: Option<&Url>) -> (Answer, String) {
    let Some(url) = url else {
        return (Answer::Unknown, name.to_owned());
    };
    match ask(connection, name, url).await {
        Answer::Open => (Answer::Open, format!("{name} ({url})")),
        answer => (answer, name.to_owned()),
    }
}

/// Returns the roles that other machines may reach, each with its URL as seen from here.
fn exposed(connection: &Connection, services: &[ServiceHealth]) -> Vec<(String, Option<Url>)> {
    let is_remote = connection.is_remote();
    let mut listed: Vec<(&str, &str)> = services
        .iter()
        .map(|service| (service.name.as_str(), service.url.as_str()))
        .collect();
    for role in ["read-model", "gateway"] {
        if is_remote && !listed.iter().any(|(name, _)| *name == role) {
            listed.insert(0, (role, ""));
        }
    }
    let roles = listed
        .into_iter()
        .map(|(name, url)| (name.to_owned(), connection.url_of(name, url)));
    roles
        .filter(|(_, url)| is_remote || url.as_ref().is_some_and(is_exposed))
        .collect()
}

/// Asks a role for something that requires a token. A proxy may hide its metrics.
async fn ask(connection: &Connection, role: &str, url: &Url) -> Answer {
    let paths: &[&str] = match role {
        "gateway" => &["metrics", "dead-letters"],
        "read-model" => &["metrics", "stats"],
        _ => &["metrics"],
    };
    let mut answer = Answer::Unknown;
    for path in paths {
        answer = match connection.anonymous.page(&under(url, path)).await {
            Ok(page) if page.status == 200 && is_of_role(&page.text) => return Answer::Open,
            Ok(page) if matches!(page.status, 401 | 403) => Answer::Refused,
            // What the last path answers counts: it is one of the role itself.
            _ => Answer::Unknown,
        };
    }
    answer
}

/// Returns `false` for the page of another program, such as the login of a proxy.
fn is_of_role(text: &str) -> bool {
    let is_json = || serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok();
    text.contains("observatory_build_info") || is_json()
}

fn finding(roles: &[(Answer, String)]) -> Finding {
    let names = |answer| {
        let roles = roles.iter().filter(|(found, _)| *found == answer);
        let names: Vec<&str> = roles.map(|(_, name)| name.as_str()).collect();
        (!names.is_empty()).then(|| names.join(", "))
    };
    let unknown = names(Answer::Unknown);
    let unknown = unknown.map(|names| format!("; not checked from here: {names}"));
    let unknown = unknown.unwrap_or_default();
    match (names(Answer::Open), names(Answer::Refused)) {
        _ if roles.is_empty() => Finding::ok("only this machine can reach the roles"),
        (None, None) => Finding::skipped("no role can be checked from here"),
        (None, Some(_)) => Finding::ok(format!(
            "the roles that other machines can reach require a token{unknown}"
        )),
        (Some(open), _) => {
            let detail =
                format!("other machines have full access without a token: {open}{unknown}");
            let fix = Fix::new("require tokens with ODD_API_TOKENS, or listen on 127.0.0.1 only");
            Finding::fail(detail, fix)
        }
    }
}

/// Other machines can reach a role by a host that is not loopback, or if its socket listens on another address too.
fn is_exposed(url: &Url) -> bool {
    !is_loopback(url)
        || url
            .port_or_known_default()
            .is_some_and(listens_beyond_loopback)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::CheckStatus;

    #[test]
    fn open_role_fails_only_where_others_can_reach_it() {
        let of = |roles: &[(Answer, &str)]| {
            let roles = roles
                .iter()
                .map(|(answer, name)| (*answer, (*name).to_owned()));
            finding(&roles.collect::<Vec<_>>())
        };
        assert_eq!(of(&[]).status(), CheckStatus::Ok);
        let refused = (Answer::Refused, "gateway");
        let unknown = (Answer::Unknown, "processor");
        let closed = of(&[refused, unknown]);
        assert_eq!(closed.status(), CheckStatus::Ok);
        assert!(
            closed
                .detail()
                .ends_with("; not checked from here: processor")
        );
        assert_eq!(of(&[unknown]).status(), CheckStatus::Skipped);
        let open = of(&[(Answer::Open, "gateway (http://10.0.0.5:3000/)"), refused]);
        assert_eq!(open.status(), CheckStatus::Fail);
        assert!(open.fix().expect("a fix").text.contains("ODD_API_TOKENS"));
    }

    #[test]
    fn hosts_beyond_loopback_are_exposed() {
        let exposed = |text: &str| is_exposed(&Url::parse(text).expect("a URL"));
        for url in [
            "http://10.0.0.5:3000",
            "http://gateway:3000",
            "http://[fd00::1]:3000",
        ] {
            assert!(exposed(url), "{url}");
        }
        for url in ["http://127.0.0.1:1", "http://localhost:1", "http://[::1]:1"] {
            assert!(!exposed(url), "{url}");
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn loopback_url_of_a_socket_on_every_address_is_exposed() {
        let everywhere = std::net::TcpListener::bind("0.0.0.0:0").expect("a free port");
        let port = everywhere.local_addr().expect("bound").port();
        let url = Url::parse(&format!("http://127.0.0.1:{port}")).expect("a URL");
        assert!(is_exposed(&url));
    }
}
