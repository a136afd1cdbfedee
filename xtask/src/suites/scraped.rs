//! What the Prometheus of a cluster scrapes.

use anyhow::Context;

use crate::cluster::Cluster;

/// A series for each process whose last scrape succeeded, if `service` is the same on the target and on its samples.
const SCRAPED: &str =
    r#"observatory_build_info * on (service, instance) up{job="observatory"} == 1"#;

/// Returns `true` if Prometheus scrapes every process of the roles with the role as its service. Returns `false` while
/// Prometheus does not answer.
pub(super) fn is_every_process_scraped(cluster: &Cluster) -> anyhow::Result<bool> {
    let monitors = cluster.backends.monitors.as_ref();
    let monitors = monitors.context("the cluster has no Prometheus")?;
    let Ok(series) = monitors.prometheus.query(SCRAPED) else {
        return Ok(false);
    };
    let mut found = Vec::new();
    for series in series.as_array().context("the result is a vector")? {
        let label = |name: &str| {
            series["metric"][name]
                .as_str()
                .unwrap_or_default()
                .to_owned()
        };
        found.push((label("service"), format!("http://{}", label("instance"))));
    }
    let roles = cluster.roles.iter();
    let mut expected: Vec<_> = roles
        .map(|role| (role.role().to_owned(), role.url().to_owned()))
        .collect();
    found.sort();
    expected.sort();
    Ok(found == expected)
}
