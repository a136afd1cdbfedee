use odd_contracts::{UiDeployment, UiRegistry, UiUrl};

/// The user interfaces that roles serve: id, role and path.
const OF_ROLES: [(&str, &str, &str); 3] = [
    ("web", "web", "/"),
    ("gateway-docs", "gateway", "/docs/"),
    ("read-model-docs", "read-model", "/docs/"),
];

/// Which user interfaces a deployment has, and where.
pub(super) struct Interfaces {
    /// `None` in a cluster: whether compose or Kubernetes runs it makes no difference.
    pub(super) deployment: Option<UiDeployment>,
    pub(super) urls: Vec<UiUrl>,
}

impl Interfaces {
    /// Returns those of an embedded deployment whose roles have these URLs. `named` overrides them.
    pub(super) fn embedded(roles: &[(String, String)], named: &[UiUrl]) -> Self {
        let own = OF_ROLES.into_iter().filter_map(|(id, role, path)| {
            let (_, url) = roles.iter().find(|(name, _)| name == role)?;
            Some(UiUrl {
                id: id.to_owned(),
                url: Some(format!("{url}{path}")),
            })
        });
        Self {
            deployment: Some(UiDeployment::Embedded),
            urls: own.chain(named.iter().cloned()).collect(),
        }
    }

    /// Returns those of a cluster.
    pub(super) fn of_cluster(named: &[UiUrl]) -> Self {
        Self {
            deployment: None,
            urls: named.to_owned(),
        }
    }

    pub(super) fn registry(&self) -> UiRegistry {
        UiRegistry::built_in().of_deployment(self.deployment, &self.urls)
    }
}
