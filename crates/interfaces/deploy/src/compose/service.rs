use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use serde::Deserialize;

/// A container, and so one instance of a service.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Service {
    /// The name of the service.
    #[serde(rename = "Service")]
    pub name: String,
    /// `running`, `exited` and others.
    state: String,
    /// `healthy`, `unhealthy`, `starting`; empty without a health check.
    #[serde(default)]
    health: String,
    /// Whether the service has a health check. Until the engine has run it, `health` may be empty, too.
    #[serde(skip)]
    pub(super) is_checked: bool,
    #[serde(default)]
    exit_code: i64,
    #[serde(default)]
    publishers: Option<Vec<Publisher>>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
struct Publisher {
    #[serde(rename = "URL")]
    url: String,
    #[serde(rename = "TargetPort")]
    target_port: u16,
    #[serde(rename = "PublishedPort")]
    published_port: u16,
}

/// A port of a container that is published on this machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Published {
    /// The port in the container.
    pub port: u16,
    /// Where it is published.
    pub address: SocketAddr,
}

impl Service {
    /// Returns `true` if the container runs, and is healthy if it has a health check.
    pub fn is_ready(&self) -> bool {
        let is_healthy = match self.health.as_str() {
            "" => !self.is_checked,
            health => health == "healthy",
        };
        self.state == "running" && is_healthy
    }

    /// Returns what is wrong, or `None` for a container that is ready or still starts.
    pub fn problem(&self) -> Option<String> {
        match self.state.as_str() {
            "exited" | "dead" => Some(format!("has ended with exit code {}", self.exit_code)),
            "restarting" => Some(format!(
                "ends again and again, last with exit code {}",
                self.exit_code
            )),
            _ if self.health == "unhealthy" => Some("is not healthy".to_owned()),
            _ => None,
        }
    }

    /// Returns the ports that are published on this machine.
    pub fn published(&self) -> Vec<Published> {
        let publishers = self.publishers.iter().flatten();
        publishers
            .filter(|it| it.published_port != 0)
            .map(|it| {
                let ip = it.url.parse().unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST));
                Published {
                    port: it.target_port,
                    address: SocketAddr::new(ip, it.published_port),
                }
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn service(json: &str) -> Service {
        serde_json::from_str(json).expect("a container")
    }

    #[test]
    fn ports_that_are_not_published_are_left_out() {
        let gateway = service(
            r#"{"Service":"gateway","State":"running","Health":"healthy","ExitCode":0,"ID":"1","Publishers":[
                {"URL":"127.0.0.1","TargetPort":3000,"PublishedPort":13001,"Protocol":"tcp"},
                {"URL":"","TargetPort":9000,"PublishedPort":0,"Protocol":"tcp"}]}"#,
        );
        assert!(gateway.is_ready());
        let address = "127.0.0.1:13001".parse().expect("an address");
        assert_eq!(
            gateway.published(),
            [Published {
                port: 3000,
                address
            }]
        );
    }

    #[test]
    fn containers_without_health_check_are_ready_when_they_run() {
        let collector = r#"{"Service":"jaeger","State":"running","Publishers":null}"#;
        assert!(service(collector).is_ready());
        let with_check = Service {
            is_checked: true,
            ..service(collector)
        };
        assert!(!with_check.is_ready());
    }

    #[test]
    fn problems_are_named() {
        let problem = |state, health| {
            let json =
                format!(r#"{{"Service":"x","State":"{state}","Health":"{health}","ExitCode":2}}"#);
            service(&json).problem()
        };
        assert_eq!(problem("running", "starting"), None);
        assert_eq!(problem("created", ""), None);
        assert!(problem("exited", "").expect("a problem").contains('2'));
        assert!(problem("restarting", "").is_some());
        assert!(problem("running", "unhealthy").is_some());
    }
}
