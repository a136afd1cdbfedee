use odd_contracts::JobType;
use serde::Deserialize;

/// A dashboard, as far as its queries go.
#[derive(Debug, Deserialize)]
pub(crate) struct Dashboard {
    /// Its identifier in Grafana.
    pub(crate) uid: String,
    panels: Vec<Panel>,
}

#[derive(Debug, Deserialize)]
struct Panel {
    #[serde(default)]
    targets: Vec<Target>,
}

#[derive(Debug, Deserialize)]
struct Target {
    expr: String,
}

/// Returns the dashboards of this build.
pub(crate) fn dashboards() -> Vec<Dashboard> {
    const DOCUMENTS: [&str; 6] = [
        include_str!("../../../../../infra/grafana/dashboards/system-overview.json"),
        include_str!("../../../../../infra/grafana/dashboards/service-health.json"),
        include_str!("../../../../../infra/grafana/dashboards/queue-health.json"),
        include_str!("../../../../../infra/grafana/dashboards/job-slas.json"),
        include_str!("../../../../../infra/grafana/dashboards/job-type.json"),
        include_str!("../../../../../infra/grafana/dashboards/cluster-stores.json"),
    ];
    let parse = |text: &&str| serde_json::from_str(text).expect("a test parses them");
    DOCUMENTS.iter().map(parse).collect()
}

impl Dashboard {
    /// Returns every query as Grafana sends it when all values of each variable are selected, and one job type where only one
    /// can be.
    pub(crate) fn queries(&self, job_type: &JobType) -> Vec<String> {
        let targets = self.panels.iter().flat_map(|panel| &panel.targets);
        targets
            .map(|target| {
                target
                    .expr
                    .replace("$__rate_interval", "1m")
                    .replace("=\"$type\"", &format!("=\"{job_type}\""))
                    .replace("$type", ".*")
                    .replace("$service", ".*")
                    .replace("$queue", ".*")
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_variable_is_replaced() {
        let echo: JobType = "echo".parse().expect("legal");
        for dashboard in dashboards() {
            let queries = dashboard.queries(&echo);
            assert!(queries.len() >= 10, "{}", dashboard.uid);
            for query in queries {
                assert!(!query.contains('$'), "{query}");
            }
        }
    }
}
