use odd_contracts::{UiDeployment, UiRegistry};
use odd_deploy::{Published, login};
use url::Url;

use crate::output::{Column, Layout, Table};

/// A page of the deployment that can be reached on this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::commands) struct Page {
    pub(in crate::commands) id: String,
    pub(in crate::commands) name: String,
    pub(in crate::commands) url: String,
    /// How one signs in, for people.
    pub(in crate::commands) login: String,
}

/// Returns the pages in the order of the registry. The default URL of a page has the port that its container listens on.
/// `base_path` returns the path of a page that is not at the root of its host.
pub(in crate::commands) fn pages(
    deployment: UiDeployment,
    published: &[Published],
    base_path: impl Fn(&str) -> Option<String>,
) -> Vec<Page> {
    let uis = UiRegistry::built_in().uis.into_iter();
    uis.filter(|ui| ui.deployments.contains(&deployment))
        .filter_map(|ui| {
            let mut url = Url::parse(&ui.url).ok()?;
            let port = url.port_or_known_default()?;
            let published = published.iter().filter(|it| it.port == port);
            let address = published.map(|it| it.address).min()?;
            url.set_ip_host(address.ip()).ok()?;
            url.set_port(Some(address.port())).ok()?;
            if let Some(path) = base_path(&ui.id) {
                url.set_path(&path);
            }
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

/// Returns the pages, and how one signs in, for people.
pub(in crate::commands) fn table(pages: &[Page], layout: Layout) -> String {
    let mut table = Table::of(vec![
        Column::whole("PAGE"),
        Column::whole("URL"),
        Column::cut_to("SIGN IN", 12).rank(1),
    ]);
    for page in pages {
        table.row(vec![
            page.name.clone(),
            page.url.clone(),
            page.login.clone(),
        ]);
    }
    table.render_in(layout)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn published() -> Vec<Published> {
        let of = |(port, address): (u16, &str)| Published {
            port,
            address: address.parse().expect("an address"),
        };
        [
            (3000, "127.0.0.1:13001"),
            (3000, "127.0.0.1:13000"),
            (3002, "127.0.0.1:13002"),
        ]
        .map(of)
        .to_vec()
    }

    #[test]
    fn pages_have_the_published_ports() {
        let pages = pages(UiDeployment::Compose, &published(), |_| None);
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
    fn pages_of_the_cluster_have_the_path_of_its_manifests() {
        let pages = pages(
            UiDeployment::Kubernetes,
            &published(),
            odd_deploy::base_path,
        );
        let urls: Vec<&str> = pages.iter().map(|it| &*it.url).collect();
        assert_eq!(
            urls,
            [
                "http://127.0.0.1:13000/docs/",
                "http://127.0.0.1:13002/grafana/"
            ]
        );
    }
}
