//! The layers of the workspace. A crate's folder determines its layer, and the layer its allowed dependencies.

use cargo_metadata::{DependencyKind, Metadata};

use super::Finding;

/// A layer of the workspace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Layer {
    Contracts,
    ContractTools,
    Core,
    Promql,
    Worker,
    Adapter,
    ServiceKit,
    Service,
    Client,
    Deploy,
    Desktop,
    Doctor,
    Tui,
    Binary,
    PrivateServers,
    Testkit,
    VirtualTerminal,
    Xtask,
}

/// A crate of the workspace and its dependencies in the workspace.
struct Crate {
    name: String,
    layer: Option<Layer>,
    uses: Vec<Use>,
}

struct Use {
    name: String,
    kind: DependencyKind,
}

impl Layer {
    fn of(folder: &str) -> Option<Self> {
        Some(match folder {
            "crates/domain/contracts" => Self::Contracts,
            "crates/domain/contract-tools" => Self::ContractTools,
            "crates/domain/core" => Self::Core,
            "crates/domain/promql" => Self::Promql,
            "crates/domain/worker" => Self::Worker,
            "crates/services/service-kit" => Self::ServiceKit,
            "crates/interfaces/client" => Self::Client,
            "crates/interfaces/deploy" => Self::Deploy,
            "crates/interfaces/desktop" => Self::Desktop,
            "crates/interfaces/doctor" => Self::Doctor,
            "crates/interfaces/tui" => Self::Tui,
            "crates/interfaces/odd-dashboard" => Self::Binary,
            "crates/private-servers" => Self::PrivateServers,
            "crates/testkit" => Self::Testkit,
            "crates/virtual-terminal" => Self::VirtualTerminal,
            "xtask" => Self::Xtask,
            _ if folder.starts_with("crates/adapters/") => Self::Adapter,
            _ if folder.starts_with("crates/services/") => Self::Service,
            _ => return None,
        })
    }

    /// Returns the layers that crates of this layer may depend on outside of tests.
    const fn below(self) -> &'static [Self] {
        match self {
            Self::Contracts
            | Self::Promql
            | Self::PrivateServers
            | Self::Deploy
            | Self::Desktop
            | Self::VirtualTerminal => &[],
            Self::Xtask => &[Self::PrivateServers, Self::VirtualTerminal],
            Self::ContractTools => &[Self::Contracts, Self::Promql],
            Self::Core | Self::Client => &[Self::Contracts],
            Self::Worker | Self::Adapter | Self::ServiceKit => &[Self::Contracts, Self::Core],
            Self::Service => &[
                Self::Contracts,
                Self::Core,
                Self::Promql,
                Self::Worker,
                Self::ServiceKit,
            ],
            Self::Doctor => &[Self::Contracts, Self::Client],
            Self::Tui => &[Self::Contracts, Self::Client, Self::Desktop, Self::Doctor],
            Self::Testkit => &[
                Self::Contracts,
                Self::Core,
                Self::Worker,
                Self::Adapter,
                Self::PrivateServers,
            ],
            Self::Binary => &[
                Self::Contracts,
                Self::ContractTools,
                Self::Core,
                Self::Worker,
                Self::Adapter,
                Self::ServiceKit,
                Self::Service,
                Self::Client,
                Self::Deploy,
                Self::Desktop,
                Self::Doctor,
                Self::Tui,
            ],
        }
    }

    fn may_use(self, other: Self, kind: DependencyKind) -> bool {
        self.below().contains(&other)
            || (kind == DependencyKind::Development
                && matches!(other, Self::Testkit | Self::VirtualTerminal))
    }
}

pub(super) fn check(metadata: &Metadata) -> Vec<Finding> {
    violations(&members(metadata))
}

fn members(metadata: &Metadata) -> Vec<Crate> {
    metadata
        .workspace_packages()
        .into_iter()
        .map(|package| {
            let folder = package.manifest_path.parent().and_then(|folder| {
                let relative = folder.strip_prefix(&metadata.workspace_root).ok()?;
                Some(relative.as_str().replace('\\', "/"))
            });
            Crate {
                name: package.name.to_string(),
                layer: folder.as_deref().and_then(Layer::of),
                uses: package
                    .dependencies
                    .iter()
                    .filter(|dependency| dependency.path.is_some())
                    .map(|dependency| Use {
                        name: dependency.name.clone(),
                        kind: dependency.kind,
                    })
                    .collect(),
            }
        })
        .collect()
}

fn violations(members: &[Crate]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for member in members {
        let Some(layer) = member.layer else {
            findings.push(Finding::error(
                &member.name,
                "the folder belongs to no layer",
            ));
            continue;
        };
        for used in &member.uses {
            let other = members.iter().find(|other| other.name == used.name);
            let allowed = other
                .and_then(|other| other.layer)
                .is_some_and(|other| layer.may_use(other, used.kind));
            if !allowed {
                let message = format!(
                    "{layer:?} must not depend on {} ({:?})",
                    used.name, used.kind
                );
                findings.push(Finding::error(&member.name, message));
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(user: &str, used: &str, kind: DependencyKind) -> Vec<String> {
        let member = |name: &str, folder: &str, uses| Crate {
            name: name.into(),
            layer: Layer::of(folder),
            uses,
        };
        let members = [
            member(
                "user",
                user,
                vec![Use {
                    name: "used".into(),
                    kind,
                }],
            ),
            member("used", used, vec![]),
        ];
        super::super::tests::messages(&violations(&members))
    }

    #[test]
    fn dependencies_point_down_the_layers() {
        let normal = DependencyKind::Normal;
        for (user, used) in [
            ("crates/domain/core", "crates/domain/contracts"),
            ("crates/domain/contract-tools", "crates/domain/contracts"),
            (
                "crates/interfaces/odd-dashboard",
                "crates/domain/contract-tools",
            ),
            ("crates/adapters/store-sqlite", "crates/domain/core"),
            ("crates/services/gateway", "crates/services/service-kit"),
            ("crates/services/metrics-engine", "crates/domain/promql"),
            ("crates/domain/contract-tools", "crates/domain/promql"),
            ("crates/services/processor", "crates/domain/worker"),
            ("crates/interfaces/tui", "crates/interfaces/client"),
            ("crates/interfaces/tui", "crates/interfaces/desktop"),
            ("crates/interfaces/doctor", "crates/interfaces/client"),
            (
                "crates/interfaces/odd-dashboard",
                "crates/interfaces/doctor",
            ),
            (
                "crates/interfaces/odd-dashboard",
                "crates/adapters/bus-local",
            ),
            ("crates/testkit", "crates/private-servers"),
            ("xtask", "crates/private-servers"),
        ] {
            assert!(verdict(user, used, normal).is_empty(), "{user} -> {used}");
        }
    }

    #[test]
    fn other_directions_are_rejected() {
        let normal = DependencyKind::Normal;
        for (user, used) in [
            ("crates/domain/contracts", "crates/domain/core"),
            ("crates/domain/core", "crates/domain/contract-tools"),
            ("crates/domain/core", "crates/domain/promql"),
            ("crates/domain/promql", "crates/domain/contracts"),
            (
                "crates/adapters/store-sqlite",
                "crates/domain/contract-tools",
            ),
            ("crates/services/gateway", "crates/domain/contract-tools"),
            ("crates/domain/core", "crates/domain/worker"),
            ("crates/adapters/store-sqlite", "crates/adapters/bus-local"),
            ("crates/services/gateway", "crates/adapters/store-sqlite"),
            ("crates/services/gateway", "crates/services/read-model"),
            ("crates/interfaces/client", "crates/domain/core"),
            ("crates/interfaces/tui", "crates/services/gateway"),
            ("crates/interfaces/desktop", "crates/interfaces/client"),
            ("crates/interfaces/doctor", "crates/interfaces/desktop"),
            ("crates/interfaces/doctor", "crates/adapters/store-postgres"),
            ("crates/services/gateway", "crates/testkit"),
            ("crates/services/gateway", "crates/private-servers"),
            ("crates/private-servers", "crates/domain/contracts"),
            ("xtask", "crates/domain/contracts"),
            ("crates/elsewhere", "crates/domain/contracts"),
        ] {
            assert_eq!(verdict(user, used, normal).len(), 1, "{user} -> {used}");
        }
    }

    #[test]
    fn testkit_is_allowed_in_tests_only() {
        let (service, testkit) = ("crates/services/gateway", "crates/testkit");
        assert!(verdict(service, testkit, DependencyKind::Development).is_empty());
        let adapter = "crates/adapters/store-sqlite";
        assert_eq!(
            verdict(service, adapter, DependencyKind::Development).len(),
            1
        );
    }
}
