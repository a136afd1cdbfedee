use std::collections::BTreeSet;

use odd_contracts::{Deployment, MetricContract, MetricKind};

/// Metrics that exist only where a job type has an objective.
const WITH_OBJECTIVE: &str = "observatory_objective_";

/// Metrics of the web-pty-server, which a deployment may not have.
const OF_TERMINALS: &str = "observatory_terminal_";

/// Returns the kind of deployment that exports the metrics with these names.
pub(crate) fn deployment_of(names: &BTreeSet<&str>) -> Deployment {
    match names.contains("observatory_data_dir_size_bytes") {
        true => Deployment::Embedded,
        false => Deployment::Cluster,
    }
}

/// Returns the names of the samples that such a deployment exports once jobs have run: counters with their suffix, and the
/// count of histograms.
pub(crate) fn always_present(deployment: Deployment) -> Vec<String> {
    let families = MetricContract::current().families.iter();
    families
        .filter(|family| {
            let is_optional = [WITH_OBJECTIVE, OF_TERMINALS]
                .iter()
                .any(|prefix| family.name.starts_with(prefix));
            family.is_exported_in(deployment) && !is_optional
        })
        .map(|family| match family.kind {
            MetricKind::Counter => format!("{}_total", family.name),
            MetricKind::Histogram => format!("{}_count", family.name),
            MetricKind::Gauge => family.name.clone(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metrics_of_another_deployment_are_not_expected() {
        let cluster = always_present(Deployment::Cluster);
        for expected in [
            "observatory_outbox_events",
            "observatory_jobs_submitted_total",
            "observatory_job_wait_seconds_count",
        ] {
            assert!(cluster.iter().any(|name| name == expected), "{expected}");
        }
        let embedded_only = "observatory_data_dir_size_bytes";
        assert!(!cluster.iter().any(|name| name == embedded_only));
        let names = BTreeSet::from([embedded_only]);
        assert_eq!(deployment_of(&names), Deployment::Embedded);
    }
}
