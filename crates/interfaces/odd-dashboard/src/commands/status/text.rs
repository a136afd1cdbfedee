use std::time::Duration;

use odd_client::inert;
use odd_contracts::{HealthSummary, Overview, Stats};

use crate::commands::status::report::Report;
use crate::output::{Column, Layout, Table, human_duration};

/// Older figures are shown with their age.
const CURRENT_LIMIT_MS: u64 = 1_000;

/// Renders the report: first what is wrong.
pub(super) fn text(report: &Report, layout: Layout) -> String {
    let mut services = Table::of(vec![
        Column::whole("SERVICE"),
        Column::whole("STATUS"),
        Column::cut_to("VERSION", 7).rank(2),
        Column::cut_to("URL", 12).rank(3),
        Column::cut_to("DETAIL", 10).rank(1),
    ]);
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
    text.push_str(&services.render_in(layout));
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
        "rates   {}, {} over the last minute\n",
        rate(*submitted_per_second, "submitted"),
        rate(*finished_per_second, "finished"),
    ));
    text
}

/// Renders a rate; a low one per minute, because per second it would round to zero.
fn rate(per_second: f64, what: &str) -> String {
    match per_second {
        rate if rate > 0.0 && rate < 0.1 => format!("{:.1} {what}/min", rate * 60.0),
        rate => format!("{rate:.1} {what}/s"),
    }
}

/// The state in one word, and for each cause what to do.
fn health(health: &HealthSummary) -> String {
    let status = health.status.as_str();
    let mut text = format!("health  {status}: {}\n", inert(&health.summary));
    for cause in &health.causes {
        let alert = cause.alert.as_deref().map(|name| format!(" ({name})"));
        text.push_str(&format!(
            "\n{}: {}{}\n",
            cause.status.as_str(),
            inert(&cause.summary),
            inert(&alert.unwrap_or_default()),
        ));
        // The check that finds a cause first does not know how long it has lasted.
        if cause.since < health.as_of {
            text.push_str(&format!("  since    {}\n", cause.since));
        }
        text.push_str(&format!("  action   {}\n", inert(&cause.action)));
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
            let age = human_duration(Duration::from_millis(age_ms));
            format!("age     these figures are {age} old\n")
        }
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use odd_contracts::{DurationSummary, HealthCause, HealthStatus, ServiceList, Timestamp};

    use super::*;

    const PLAIN: Layout = Layout {
        colour: false,
        width: None,
    };

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
        let old = text(&report(Some(3_600_000)), PLAIN);
        assert!(old.contains("\nage     these figures are 1 h old"), "{old}");
        // The age comes from the read-model: no clock of this machine decides.
        for age_ms in [None, Some(0), Some(1_000)] {
            let current = text(&report(age_ms), PLAIN);
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
            as_of: LONG_AGO.plus_millis(1),
        });
        let text = super::text(&report, PLAIN);
        let expected = "health  failing: The processor does not answer.\n\n\
            failing: The processor does not answer. (ServiceDown)\n  \
            since    1970-01-01T00:00:00.000000Z\n  action   Start it again.\n  \
            runbook  https://runbooks.example/ServiceDown.md\n\nSERVICE";
        assert!(text.starts_with(expected), "{text}");
        // Found by this check for the first time: its start is unknown.
        report.health.as_mut().expect("set").as_of = LONG_AGO;
        let text = super::text(&report, PLAIN);
        assert!(!text.contains("since"), "{text}");
    }

    #[test]
    fn low_rates_are_shown_per_minute() {
        assert_eq!(rate(0.0, "submitted"), "0.0 submitted/s");
        assert_eq!(rate(0.05, "submitted"), "3.0 submitted/min");
        assert_eq!(rate(0.1, "submitted"), "0.1 submitted/s");
        assert_eq!(rate(250.0, "finished"), "250.0 finished/s");
    }
}
