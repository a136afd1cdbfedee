use std::time::Duration;

use reqwest::StatusCode;
use tokio::time::Instant;

use super::aspect::Checks;
use super::prometheus::Prometheus;
use super::work::Work;
use crate::commands::deployment::{Deployment, join, until};
use crate::monitoring::{Dashboard, dashboards};

/// Longest wait for data. Rates need several scrapes.
const DATA_LIMIT: Duration = Duration::from_secs(75);

/// Checks that Prometheus has data for every query, and that Grafana has every dashboard.
pub(super) async fn check(deployment: &Deployment, work: &Work, checks: &mut Checks) {
    let deadline = checks.deadline_within(DATA_LIMIT);
    match &Prometheus::of(deployment) {
        Some(prometheus) => {
            for dashboard in dashboards() {
                let name = format!("the queries of {}", dashboard.uid);
                let queries = Applicable::of(prometheus, &dashboard, work).await;
                match queries {
                    Ok(queries) => queries.check(&name, deadline, checks).await,
                    Err(why) => drop(checks.record(name, Err::<String, _>(why))),
                }
            }
        }
        None => checks.skip("the queries return data", "give --prometheus to check them"),
    }
    let Some(grafana) = &deployment.grafana else {
        checks.skip("Grafana has the dashboards", "give --grafana to check it");
        return;
    };
    for dashboard in dashboards() {
        let path = format!("/api/dashboards/uid/{}", dashboard.uid);
        let found = async {
            let answer = deployment.server(&join(grafana, &path)?).await?;
            if matches!(
                answer.status,
                StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN
            ) {
                return Err(
                    "Grafana requires a login: enable anonymous viewers to check it".to_owned(),
                );
            }
            answer.expect(StatusCode::OK).map(|_| "it is there")
        };
        checks.record(format!("Grafana has {}", dashboard.uid), found.await);
    }
}

/// The queries of a dashboard that this deployment has the metrics for.
struct Applicable<'a> {
    prometheus: &'a Prometheus<'a>,
    queries: Vec<String>,
    /// Why some are left out.
    left_out: Vec<String>,
}

impl<'a> Applicable<'a> {
    async fn of(
        prometheus: &'a Prometheus<'a>,
        dashboard: &Dashboard,
        work: &Work,
    ) -> Result<Self, String> {
        let mut queries = Vec::new();
        let mut left_out = Vec::new();
        for (prefix, condition, why) in OPTIONAL {
            let samples = prometheus.query(condition).await?;
            if samples.is_empty() {
                left_out.push((prefix, why));
            }
        }
        let mut reasons = Vec::new();
        for query in dashboard.queries(&work.job_type) {
            match left_out.iter().find(|(prefix, _)| query.contains(*prefix)) {
                Some((_, why)) => reasons.push((*why).to_owned()),
                None => queries.push(query),
            }
        }
        reasons.dedup();
        Ok(Self {
            prometheus,
            queries,
            left_out: reasons,
        })
    }

    async fn check(self, name: &str, deadline: Instant, checks: &mut Checks) {
        let mut missing = self.queries.clone();
        let answered = until(deadline, async || {
            let mut silent = Vec::new();
            for query in std::mem::take(&mut missing) {
                match self.prometheus.query(&query).await {
                    Ok(samples) if samples.iter().any(|sample| !sample.value.is_nan()) => {}
                    Ok(_) => silent.push((query, "no data".to_owned())),
                    Err(why) => silent.push((query, why)),
                }
            }
            let failure = silent.first().map(|(query, why)| {
                format!(
                    "{} of {} queries fail, the first: {query}: {why}",
                    silent.len(),
                    self.queries.len()
                )
            });
            missing = silent.into_iter().map(|(query, _)| query).collect();
            failure.map_or(Ok(()), Err)
        })
        .await;
        if !self.queries.is_empty() {
            checks.record(
                name,
                answered.map(|()| format!("{} return data", self.queries.len())),
            );
        }
        for why in self.left_out {
            checks.skip(name, why);
        }
    }
}

/// Parts that a deployment may lack: the prefix of their metrics, a query that has a result where they exist, and why their
/// queries are left out elsewhere.
const OPTIONAL: [(&str, &str, &str); 6] = [
    (
        "observatory_data_dir_",
        "observatory_data_dir_size_bytes",
        "a cluster has no data directory",
    ),
    (
        "observatory_objective_",
        "observatory_objective_ratio",
        "no job type has an objective",
    ),
    (
        "observatory_outbox_",
        r#"observatory_dependency_up{dependency="broker"}"#,
        "the embedded mode has no broker",
    ),
    (
        "outbox|broker",
        r#"observatory_dependency_up{dependency="broker"}"#,
        "the embedded mode has no broker",
    ),
    (
        r#"dependency="broker""#,
        r#"observatory_dependency_up{dependency="broker"}"#,
        "the embedded mode has no broker",
    ),
    (
        "rabbitmq_",
        r#"up{job="rabbitmq"}"#,
        "Prometheus does not scrape RabbitMQ",
    ),
];
