use odd_contracts::{UiDeployment, UiRegistry};
use odd_deploy::{Service, login};
use url::Url;

use crate::role_name::RoleName;

/// A page of the deployment that is published on this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Page {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) url: String,
    /// How one signs in, for people.
    pub(super) login: String,
}

/// Returns the pages in the order of the registry. The default URL of a page has the port that its container listens on.
pub(super) fn pages(containers: &[Service]) -> Vec<Page> {
    let uis = UiRegistry::built_in().uis.into_iter();
    uis.filter(|ui| ui.deployments.contains(&UiDeployment::Compose))
        .filter_map(|ui| {
            let mut url = Url::parse(&ui.url).ok()?;
            let port = url.port_or_known_default()?;
            let published = containers.iter().flat_map(Service::published);
            let address = published.filter(|it| it.port == port).map(|it| it.address);
            let address = address.min()?;
            url.set_ip_host(address.ip()).ok()?;
            url.set_port(Some(address.port())).ok()?;
            let login = match login(&ui.id) {
                Some((user, password)) => format!("user {user}, password `{password}`"),
                None => String::new(),
            };
            Some(Page {
                id: ui.id,
                name: ui.name,
                url: url.into(),
                login,
            })
        })
        .collect()
}

/// Returns the URL of a role that is published on this machine; of several containers, that with the lowest port.
pub(super) fn role_url(containers: &[Service], role: RoleName, port: u16) -> Option<String> {
    let of_role = containers.iter().filter(|it| it.name == role.as_str());
    let published = of_role.flat_map(Service::published);
    let address = published.filter(|it| it.port == port).map(|it| it.address);
    address.min().map(|address| format!("http://{address}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn containers() -> Vec<Service> {
        let json = r#"[
            {"Service":"gateway","State":"running","Publishers":[{"URL":"127.0.0.1","TargetPort":3000,"PublishedPort":13001}]},
            {"Service":"gateway","State":"running","Publishers":[{"URL":"127.0.0.1","TargetPort":3000,"PublishedPort":13000}]},
            {"Service":"grafana","State":"running","Publishers":[{"URL":"127.0.0.1","TargetPort":3002,"PublishedPort":13002}]}]"#;
        serde_json::from_str(json).expect("containers")
    }

    #[test]
    fn pages_have_the_published_ports() {
        let pages = pages(&containers());
        let urls: Vec<(&str, &str)> = pages.iter().map(|it| (&*it.id, &*it.url)).collect();
        assert_eq!(
            urls,
            [
                ("gateway-docs", "http://127.0.0.1:13000/docs/"),
                ("grafana", "http://127.0.0.1:13002/")
            ]
        );
        assert_eq!(pages[1].login, "user admin, password `grafana-admin`");
    }

    #[test]
    fn roles_that_are_not_published_have_no_url() {
        let url = role_url(&containers(), RoleName::Gateway, 3000);
        assert_eq!(url.as_deref(), Some("http://127.0.0.1:13000"));
        assert_eq!(role_url(&containers(), RoleName::ReadModel, 8080), None);
    }
}
