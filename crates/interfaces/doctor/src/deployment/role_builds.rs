use std::sync::Arc;

use futures_util::future::join_all;
use odd_contracts::ServiceHealth;
use semver::Version;

use super::access::Connection;
use super::build_info::BuildInfo;
use crate::{Finding, Fix};

/// Compares the builds of the roles with each other and with this program.
pub(super) async fn check(connection: Arc<Connection>) -> Finding {
    let services = match connection.client.services().await {
        Ok(list) => list.services,
        Err(error) => return connection.unanswered(&error),
    };
    let builds = services
        .iter()
        .map(|service| build_of(&connection, service));
    let builds: Vec<(String, BuildInfo)> = join_all(builds).await.into_iter().flatten().collect();
    let own = BuildInfo {
        version: connection.access.version.clone(),
        commit: Some(connection.access.commit.clone()).filter(|commit| commit != "unknown"),
    };
    finding(&own, &builds)
}

/// Reads the build of a role from its metrics, or else its version from the list of services.
async fn build_of(connection: &Connection, service: &ServiceHealth) -> Option<(String, BuildInfo)> {
    let page = match connection.url_of(&service.name, &service.url) {
        Some(url) => connection.page(&url, "metrics").await.ok(),
        None => None,
    };
    let build = page.filter(|page| page.status == 200);
    let build = build.and_then(|page| BuildInfo::in_metrics(&page.text));
    let listed = || {
        let version = service.version.clone()?;
        Some(BuildInfo {
            version,
            commit: None,
        })
    };
    Some((service.name.clone(), build.or_else(listed)?))
}

fn finding(own: &BuildInfo, builds: &[(String, BuildInfo)]) -> Finding {
    if builds.is_empty() {
        return Finding::skipped("no role reports its version");
    }
    let others: Vec<&(String, BuildInfo)> = builds
        .iter()
        .filter(|(_, build)| differs(own, build))
        .collect();
    if others.is_empty() {
        return Finding::ok(format!("every role is this version, {}", own.version));
    }
    let detail = format!(
        "this program is {}; {}",
        shown_self(own, &others),
        list(own, &others)
    );
    let fix = Fix::new("upgrade every role and this program to the same version");
    let is_compatible = others
        .iter()
        .all(|(_, build)| is_compatible(&own.version, &build.version));
    match is_compatible {
        true => Finding::warn(detail, fix),
        false => Finding::fail(detail, fix),
    }
}

/// Lists the roles of each other build together.
fn list(own: &BuildInfo, others: &[&(String, BuildInfo)]) -> String {
    let mut groups: Vec<(String, Vec<&str>)> = Vec::new();
    for (name, build) in others {
        let build = shown(own, build);
        match groups.iter_mut().find(|(known, _)| *known == build) {
            Some((_, names)) => names.push(name),
            None => groups.push((build, vec![name])),
        }
    }
    let groups = groups.iter();
    let lines: Vec<String> = groups
        .map(|(build, names)| format!("{} {build}", names.join(", ")))
        .collect();
    lines.join("; ")
}

fn differs(own: &BuildInfo, other: &BuildInfo) -> bool {
    let commits = own.commit.as_ref().zip(other.commit.as_ref());
    own.version != other.version || commits.is_some_and(|(own, other)| own != other)
}

/// The commit is shown where the version alone does not show the difference.
fn shown(own: &BuildInfo, build: &BuildInfo) -> String {
    match &build.commit {
        Some(commit) if own.version == build.version => {
            format!("{} (commit {commit})", build.version)
        }
        _ => build.version.clone(),
    }
}

fn shown_self(own: &BuildInfo, others: &[&(String, BuildInfo)]) -> String {
    let mut builds = others.iter().map(|(_, build)| build);
    let has_same_version = builds.any(|build| build.version == own.version);
    match &own.commit {
        Some(commit) if has_same_version => format!("{} (commit {commit})", own.version),
        _ => own.version.clone(),
    }
}

/// Versions are compatible as Cargo defines it: before 1.0, the minor number breaks.
fn is_compatible(first: &str, second: &str) -> bool {
    let series = |text: &str| {
        let version = Version::parse(text).ok()?;
        let minor = (version.major == 0).then_some(version.minor);
        Some((version.major, minor))
    };
    series(first).is_some() && series(first) == series(second)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::CheckStatus;

    fn build(version: &str, commit: Option<&str>) -> BuildInfo {
        BuildInfo {
            version: version.to_owned(),
            commit: commit.map(str::to_owned),
        }
    }

    fn check(others: &[(&str, BuildInfo)]) -> Finding {
        let others = others
            .iter()
            .map(|(name, build)| ((*name).to_owned(), build.clone()));
        finding(&build("0.1.4", Some("aaa")), &others.collect::<Vec<_>>())
    }

    #[test]
    fn equal_builds_are_ok_also_without_a_commit() {
        let same = check(&[
            ("gateway", build("0.1.4", Some("aaa"))),
            ("processor", build("0.1.4", None)),
        ]);
        assert_eq!(same.status(), CheckStatus::Ok);
        assert_eq!(check(&[]).status(), CheckStatus::Skipped);
    }

    #[test]
    fn older_role_is_named_and_a_breaking_version_fails() {
        let skewed = check(&[
            ("gateway", build("0.1.4", None)),
            ("processor", build("0.1.3", None)),
        ]);
        assert_eq!(skewed.status(), CheckStatus::Warn);
        assert_eq!(skewed.detail(), "this program is 0.1.4; processor 0.1.3");
        assert_eq!(
            check(&[("gateway", build("0.2.0", None))]).status(),
            CheckStatus::Fail
        );
        assert_eq!(
            check(&[("gateway", build("dev", None))]).status(),
            CheckStatus::Fail
        );
    }

    #[test]
    fn other_commit_of_the_same_version_is_a_warning_that_shows_both() {
        let skewed = check(&[("gateway", build("0.1.4", Some("bbb")))]);
        assert_eq!(skewed.status(), CheckStatus::Warn);
        let expected = "this program is 0.1.4 (commit aaa); gateway 0.1.4 (commit bbb)";
        assert_eq!(skewed.detail(), expected);
    }

    #[test]
    fn roles_of_the_same_build_are_listed_together() {
        let skewed = check(&[
            ("gateway", build("0.1.3", None)),
            ("read-model", build("0.1.2", None)),
            ("processor", build("0.1.3", None)),
        ]);
        let expected = "this program is 0.1.4; gateway, processor 0.1.3; read-model 0.1.2";
        assert_eq!(skewed.detail(), expected);
    }
}
