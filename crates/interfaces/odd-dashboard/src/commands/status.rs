use std::time::Duration;

use odd_client::{Client, ClientError, inert};
use odd_contracts::{HealthSummary, Overview, ServiceList, ServiceStatus, Stats};
use serde::Serialize;

use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Table;

const EXAMPLES: &str = "  odd-dashboard status
  odd-dashboard status -o json
  until odd-dashboard status -q > /dev/null; do sleep 1; done   wait until every service is up";

/// Show what is wrong, the services and the numbers of jobs; exit 1 unless every service is up
#[derive(Debug, clap::Args)]
#[command(before_help = EXAMPLES)]
pub(crate) struct Args {}

/// Longest wait for the views to include everything that was committed before this command.
const VIEWS_WAIT: Duration = Duration::from_secs(1);

/// Time limit for the answer to the request that waits. It takes up to a second after the wait.
const WAIT_LIMIT: Duration = Duration::from_secs(3);

/// Time limit for the other answers.
const ANSWER_LIMIT: Duration = Duration::from_secs(5);

/// Older figures are shown with their age.
const CURRENT_LIMIT_MS: u64 = 1_000;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Report {
    /// Absent if the read-model cannot summarise it, as one of an older version.
    #[serde(skip_serializing_if = "Option::is_none")]
    health: Option<HealthSummary>,
    services: ServiceList,
    /// Absent while the figures are unavailable.
    #[serde(skip_serializing_if = "Option::is_none")]
    overview: Option<Overview>,
}

pub(crate) fn run(_: Args, context: &Context) -> Result<Exit, Failure> {
    context.with_client(async |client| {
        let (report, failure) = gather(&client).await?;
        let services = &report.services.services;
        let names = services.iter().map(|service| service.name.as_str());
        context.printer.value(&report, names, |_| table(&report))?;
        if let Some(failure) = failure {
            return Err(failure);
        }
        let all_up = services
            .iter()
            .all(|service| service.status == ServiceStatus::Up);
        Ok(if all_up { Exit::Ok } else { Exit::Failure })
    })
}

/// Waits for the views, then queries. The services are reported even if the figures are not available: the failure of
/// those is the second part.
async fn gather(client: &Client) -> Result<(Report, Option<Failure>), Failure> {
    let waiting = client.stats_when_current(VIEWS_WAIT);
    if let Ok(Err(error)) = tokio::time::timeout(WAIT_LIMIT, waiting).await
        && error.status().is_none()
    {
        return Err(error.into());
    }
    // After a rejection or silence, these requests report what is wrong.
    let (health, services, overview) = tokio::join!(
        limited(client.health_summary()),
        limited(client.services()),
        limited(client.overview()),
    );
    let (health, services) = (health.ok(), services?);
    Ok(match overview {
        Ok(overview) => {
            let overview = Some(overview);
            (
                Report {
                    health,
                    services,
                    overview,
                },
                None,
            )
        }
        Err(failure) => {
            let overview = None;
            (
                Report {
                    health,
                    services,
                    overview,
                },
                Some(failure),
            )
        }
    })
}

async fn limited<T>(answer: impl Future<Output = Result<T, ClientError>>) -> Result<T, Failure> {
    match tokio::time::timeout(ANSWER_LIMIT, answer).await {
        Ok(answer) => Ok(answer?),
        Err(_) => Err(
            Failure::new(Exit::TimedOut, "the read-model did not answer in time")
                .hint("it may be overloaded, or wait for its servers: check its log"),
        ),
    }
}

fn table(report: &Report) -> String {
    let mut services = Table::new(&["SERVICE", "STATUS", "VERSION", "URL", "DETAIL"]);
    for service in &report.services.services {
        services.row(vec![
            inert(&service.name).into_owned(),
            format!("{:?}", service.status).to_lowercase(),
            inert(service.version.as_deref().unwrap_or_default()).into_owned(),
            inert(&service.url).into_owned(),
            inert(service.detail.as_deref().unwrap_or_default()).into_owned(),
        ]);
    }
    let mut text = report.health.as_ref().map(health).unwrap_or_default();
    text.push_str(&services.render(false));
    text.push('\n');
    let Some(overview) = &report.overview else {
        text.push_str("jobs    unavailable\n");
        return text;
    };
    let Overview {
        stats,
        submitted_per_second,
        finished_per_second,
        ..
    } = overview;
    text.push_str(&jobs_line(stats));
    text.push_str(&age_line(stats));
    text.push_str(&format!(
        "rates   {submitted_per_second:.1} submitted/s, {finished_per_second:.1} finished/s over the last minute\n"
    ));
    text
}

/// The state in one word, and for each cause what to do.
fn health(health: &HealthSummary) -> String {
    let status = health.status.as_str();
    let mut text = format!("health  {status}: {}\n", inert(&health.summary));
    for cause in &health.causes {
        let alert = cause.alert.as_deref().map(|name| format!(" ({name})"));
        text.push_str(&format!(
            "\n{}: {}{}\n  since    {}\n  action   {}\n",
            cause.status.as_str(),
            inert(&cause.summary),
            inert(&alert.unwrap_or_default()),
            cause.since,
            inert(&cause.action),
        ));
        if let Some(url) = &cause.runbook_url {
            text.push_str(&format!("  runbook  {}\n", inert(url)));
        }
    }
    text.push('\n');
    text
}

fn jobs_line(stats: &Stats) -> String {
    format!(
        "jobs    {} in total: {} pending, {} executing, {} completed, {} failed, {} cancelled\n",
        stats.total_jobs,
        stats.pending_jobs,
        stats.executing_jobs,
        stats.completed_jobs,
        stats.failed_jobs,
        stats.cancelled_jobs
    )
}

/// Empty while the figures are current, or their age is unknown.
fn age_line(stats: &Stats) -> String {
    match stats.age_ms {
        Some(age_ms) if age_ms > CURRENT_LIMIT_MS => {
            let seconds = age_ms as f64 / 1000.0;
            format!("age     these figures are {seconds:.1} s old\n")
        }
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use odd_client::{ClientConfig, Url};
    use odd_contracts::{DurationSummary, HealthCause, HealthStatus, Timestamp};

    use super::*;

    const LONG_AGO: Timestamp = Timestamp::from_micros(0);

    fn stats(age_ms: Option<u64>) -> Stats {
        Stats {
            total_jobs: 1,
            pending_jobs: 0,
            executing_jobs: 0,
            completed_jobs: 1,
            failed_jobs: 0,
            cancelled_jobs: 0,
            last_event_time: None,
            as_of: LONG_AGO,
            age_ms,
        }
    }

    fn report(age_ms: Option<u64>) -> Report {
        let no_durations = || DurationSummary {
            count: 0,
            p50_ms: None,
            p95_ms: None,
            p99_ms: None,
        };
        Report {
            health: None,
            services: ServiceList {
                services: Vec::new(),
                as_of: LONG_AGO,
            },
            overview: Some(Overview {
                stats: stats(age_ms),
                statuses: BTreeMap::new(),
                submitted_per_second: 0.0,
                finished_per_second: 0.0,
                wait: no_durations(),
                run: no_durations(),
                queues: Vec::new(),
                recent_jobs: Vec::new(),
                alerts: Vec::new(),
            }),
        }
    }

    #[test]
    fn status_shows_the_age_of_old_figures_only() {
        let old = table(&report(Some(3_600_000)));
        assert!(
            old.contains("\nage     these figures are 3600.0 s old"),
            "{old}"
        );
        // The age comes from the read-model: no clock of this machine decides.
        for age_ms in [None, Some(0), Some(1_000)] {
            let current = table(&report(age_ms));
            assert!(!current.contains("these figures are"), "{current}");
        }
    }

    #[test]
    fn causes_come_first_with_what_to_do() {
        let cause = HealthCause {
            status: HealthStatus::Failing,
            summary: "The processor does not answer.".to_owned(),
            since: LONG_AGO,
            alert: Some("ServiceDown".to_owned()),
            runbook_url: Some("https://runbooks.example/ServiceDown.md".to_owned()),
            action: "Start it again.".to_owned(),
        };
        let mut report = report(None);
        report.health = Some(HealthSummary {
            status: HealthStatus::Failing,
            summary: cause.summary.clone(),
            causes: vec![cause],
            as_of: LONG_AGO,
        });
        let text = table(&report);
        let expected = "health  failing: The processor does not answer.\n\n\
            failing: The processor does not answer. (ServiceDown)\n  \
            since    1970-01-01T00:00:00.000000Z\n  action   Start it again.\n  \
            runbook  https://runbooks.example/ServiceDown.md\n\nSERVICE";
        assert!(text.starts_with(expected), "{text}");
    }

    #[tokio::test(start_paused = true)]
    async fn silent_read_model_is_waited_for_once() {
        // The system accepts the connections; nothing answers them.
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("bound");
        let url = Url::parse(&format!("http://{address}")).expect("a URL");
        let client = Client::new(ClientConfig {
            gateway_url: url.clone(),
            read_model_url: url,
            token: None,
            connect_timeout: Duration::from_secs(60),
            request_timeout: Duration::from_secs(60),
        });
        let begun = tokio::time::Instant::now();
        let failure = gather(&client.expect("a client")).await.err();
        let failure = failure.expect("nothing answers");
        assert_eq!(failure.exit, Exit::TimedOut, "{failure:?}");
        assert!(begun.elapsed() <= WAIT_LIMIT + ANSWER_LIMIT);
    }
}
