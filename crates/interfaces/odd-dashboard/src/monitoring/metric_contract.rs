use std::collections::BTreeSet;

use serde::Deserialize;

/// The metric contract.
#[derive(Debug, Deserialize)]
pub(crate) struct MetricContract {
    families: Vec<Family>,
}

#[derive(Debug, Deserialize)]
struct Family {
    name: String,
    r#type: String,
    #[serde(default)]
    deployments: Vec<String>,
}

/// Metrics that exist only where a job type has an objective.
const WITH_OBJECTIVE: &str = "observatory_objective_";

impl MetricContract {
    /// Returns the contract of this build.
    pub(crate) fn embedded() -> Self {
        let text = include_str!("../../../../../contracts/metrics.json");
        serde_json::from_str(text).expect("a test parses it")
    }

    /// Returns the kind of deployment that exports these metrics.
    pub(crate) fn deployment(&self, names: &BTreeSet<&str>) -> &'static str {
        match names.contains("observatory_data_dir_size_bytes") {
            true => "embedded",
            false => "cluster",
        }
    }

    /// Returns the names of the samples that such a deployment exports once jobs have run: counters with their suffix, and
    /// the count of histograms.
    pub(crate) fn always_present(&self, deployment: &str) -> Vec<String> {
        let families = self.families.iter().filter(|family| {
            let is_everywhere = family.deployments.is_empty();
            (is_everywhere || family.deployments.iter().any(|name| name == deployment))
                && !family.name.starts_with(WITH_OBJECTIVE)
        });
        families
            .map(|family| match family.r#type.as_str() {
                "counter" => format!("{}_total", family.name),
                "histogram" => format!("{}_count", family.name),
                _ => family.name.clone(),
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metrics_of_another_deployment_are_not_expected() {
        let contract = MetricContract::embedded();
        let cluster = contract.always_present("cluster");
        assert!(cluster.contains(&"observatory_outbox_events".to_owned()));
        assert!(cluster.contains(&"observatory_jobs_submitted_total".to_owned()));
        assert!(cluster.contains(&"observatory_job_wait_seconds_count".to_owned()));
        assert!(!cluster.contains(&"observatory_data_dir_size_bytes".to_owned()));
        let names = BTreeSet::from(["observatory_data_dir_size_bytes"]);
        assert_eq!(contract.deployment(&names), "embedded");
    }
}
