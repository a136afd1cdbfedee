use std::sync::Arc;

use futures_util::future::join_all;
use odd_client::Url;

use super::access::{Connection, under};
use crate::address_holder::listens_beyond_loopback;
use crate::{Finding, Fix};

/// Checks that no role which other machines can reach answers requests without a token.
pub(super) async fn check(connection: Arc<Connection>) -> Finding {
    let services = match connection.client.services().await {
        Ok(list) => list.services,
        Err(error) => return connection.unanswered(&error),
    };
    let roles = services
        .into_iter()
        .filter_map(|service| Some((service.name, Url::parse(&service.url).ok()?)));
    let exposed: Vec<(String, Url)> = roles.filter(|(_, url)| is_exposed(url)).collect();
    let open = exposed
        .iter()
        .map(|(name, url)| open_role(&connection, name, url));
    let open: Vec<String> = join_all(open).await.into_iter().flatten().collect();
    finding(exposed.len(), &open)
}

/// Returns the role when it answers a request without a token.
async fn open_role(connection: &Connection, name: &str, url: &Url) -> Option<String> {
    let page = connection.anonymous.page(&under(url, "metrics")).await;
    let is_open = page.is_ok_and(|page| page.status == 200);
    is_open.then(|| format!("{name} ({url})"))
}

fn finding(exposed: usize, open: &[String]) -> Finding {
    match (exposed, open) {
        (0, _) => Finding::ok("only this machine can reach the roles"),
        (_, []) => Finding::ok("the roles that other machines can reach require a token"),
        (_, open) => {
            let detail = format!(
                "other machines have full access without a token: {}",
                open.join(", ")
            );
            let fix = Fix::new("require tokens with ODD_API_TOKENS, or listen on 127.0.0.1 only");
            Finding::fail(detail, fix)
        }
    }
}

/// Other machines can reach a role by a host that is not loopback, or if its socket listens on another address too.
fn is_exposed(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    let is_loopback = host == "localhost"
        || host
            .parse::<std::net::IpAddr>()
            .is_ok_and(|address| address.is_loopback());
    !is_loopback
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
        assert_eq!(finding(0, &[]).status(), CheckStatus::Ok);
        assert_eq!(finding(2, &[]).status(), CheckStatus::Ok);
        let open = finding(1, &["gateway (http://10.0.0.5:3000/)".to_owned()]);
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
