use std::time::Duration;

use odd_client::{Client, ClientError};
use odd_contracts::{Overview, ServiceList, ServiceStatus, Stats, Timestamp};
use odd_core::{Clock, SystemClock};
use serde::Serialize;

use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Table, inert};

const EXAMPLES: &str = "  odd-dashboard status
  odd-dashboard status -o json
  until odd-dashboard status -q > /dev/null; do sleep 1; done   wait until every service is up";

/// Show the services, the numbers of jobs and the alerts; exit 1 unless every service is up
#[derive(Debug, clap::Args)]
#[command(before_help = EXAMPLES)]
pub(crate) struct Args {}

/// Wait for the views to include everything that was committed before this command.
const VIEWS_WAIT: Duration = Duration::from_secs(1);

/// Older figures are shown with their age.
const CURRENT_LIMIT_SECONDS: f64 = 1.0;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Report {
    services: ServiceList,
    overview: Overview,
}

pub(crate) fn run(_: Args, context: &Context) -> Result<Exit, Failure> {
    context.with_client(async |client| {
        let (report, date) = gather(&client).await?;
        let now = server_time(SystemClock.now(), date);
        let services = &report.services.services;
        let names = services.iter().map(|service| service.name.as_str());
        context
            .printer
            .value(&report, names, |_| table(&report, now))?;
        let all_up = services
            .iter()
            .all(|service| service.status == ServiceStatus::Up);
        Ok(if all_up { Exit::Ok } else { Exit::Failure })
    })
}

async fn gather(client: &Client) -> Result<(Report, Option<Timestamp>), ClientError> {
    // The overview comes from the same views. A read-model that cannot answer now reports that to the next request.
    let _ = client.stats_when_current(VIEWS_WAIT).await;
    let services = client.services().await?;
    let (overview, date) = client.overview_with_date().await?;
    Ok((Report { services, overview }, date))
}

/// Returns the server's time: `date` has whole seconds, so the local clock decides within that second. If it shows another
/// second, figures look up to a second newer than they are.
fn server_time(local: Timestamp, date: Option<Timestamp>) -> Timestamp {
    let Some(date) = date else {
        return local;
    };
    let next_second = Timestamp::from_micros(date.as_micros().saturating_add(1_000_000));
    match (date..next_second).contains(&local) {
        true => local,
        false => date,
    }
}

fn table(report: &Report, now: Timestamp) -> String {
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
    let Overview {
        stats,
        submitted_per_second,
        finished_per_second,
        alerts,
        ..
    } = &report.overview;
    let mut text = services.render(false);
    text.push('\n');
    text.push_str(&jobs_line(stats));
    text.push_str(&age_line(stats, now));
    text.push_str(&format!(
        "rates   {submitted_per_second:.1} submitted/s, {finished_per_second:.1} finished/s over the last minute\n"
    ));
    for alert in alerts {
        text.push_str(&format!(
            "alert   {}: {}\n",
            inert(&alert.name),
            inert(&alert.summary)
        ));
    }
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

/// Empty while the figures are current.
fn age_line(stats: &Stats, now: Timestamp) -> String {
    let seconds = now.fractional_millis_since(stats.as_of) / 1000.0;
    match seconds > CURRENT_LIMIT_SECONDS {
        true => format!("age     these figures are {seconds:.1} s old\n"),
        false => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use odd_contracts::DurationSummary;

    use super::*;

    fn stats(as_of: Timestamp) -> Stats {
        Stats {
            total_jobs: 1,
            pending_jobs: 0,
            executing_jobs: 0,
            completed_jobs: 1,
            failed_jobs: 0,
            cancelled_jobs: 0,
            last_event_time: None,
            as_of,
        }
    }

    fn report(as_of: Timestamp) -> Report {
        let no_durations = || DurationSummary {
            count: 0,
            p50_ms: None,
            p95_ms: None,
            p99_ms: None,
        };
        Report {
            services: ServiceList {
                services: Vec::new(),
                as_of,
            },
            overview: Overview {
                stats: stats(as_of),
                statuses: BTreeMap::new(),
                submitted_per_second: 0.0,
                finished_per_second: 0.0,
                wait: no_durations(),
                run: no_durations(),
                queues: Vec::new(),
                recent_jobs: Vec::new(),
                alerts: Vec::new(),
            },
        }
    }

    #[test]
    fn status_shows_the_age_of_old_figures_only() {
        let now = Timestamp::from_micros(7_200_000_000);
        let old = table(&report(Timestamp::from_micros(3_600_000_000)), now);
        assert!(
            old.contains("\nage     these figures are 3600.0 s old"),
            "{old}"
        );
        let current = table(&report(now), now);
        assert!(!current.contains("these figures are"), "{current}");
    }

    #[test]
    fn age_is_measured_by_the_clock_of_the_server() {
        let at = |ms: i64| Timestamp::from_micros(ms * 1_000);
        let date = Some(at(60_000));
        assert_eq!(server_time(at(60_400), date), at(60_400));
        assert_eq!(server_time(at(5_000), date), at(60_000), "behind");
        assert_eq!(server_time(at(99_000), date), at(60_000), "ahead");
        assert_eq!(server_time(at(5_000), None), at(5_000));
    }

    #[test]
    fn figures_are_old_after_more_than_a_second() {
        let as_of =
            |seconds_ago: i64| stats(Timestamp::from_micros(60_000_000 - seconds_ago * 1_000_000));
        let now = Timestamp::from_micros(60_000_000);
        assert_eq!(age_line(&as_of(0), now), "");
        assert_eq!(age_line(&as_of(1), now), "");
        // The clock of another machine may be ahead.
        assert_eq!(age_line(&as_of(-5), now), "");
        assert_eq!(
            age_line(&as_of(3), now),
            "age     these figures are 3.0 s old\n"
        );
    }
}
