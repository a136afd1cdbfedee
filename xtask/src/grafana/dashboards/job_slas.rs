use super::super::dashboard::{Dashboard, Row};
use super::super::kind::{Kind, Unit};
use super::super::panel::Panel;
use super::super::queries::quantile;
use super::super::variable::TYPES;

pub(super) fn dashboard() -> Dashboard {
    Dashboard {
        uid: "job-slas",
        title: "Observatory / Job SLA timelines",
        description: "Whether job types meet their objectives, how fast they use up their error budgets, and how long their jobs wait and run.",
        variables: vec![TYPES],
        web_path: "/jobs",
        rows: vec![
            Row::new("Objectives", objectives()),
            Row::new("Error budget", error_budget()),
            Row::new("Timelines", timelines()),
        ],
    }
}

/// Returns the share of the finished jobs that missed their objective in a window.
fn missed(window: &str) -> String {
    let jobs = |selector: &str| {
        format!(
            r#"sum by (type) (increase(observatory_objective_jobs_total{{type=~"$type"{selector}}}[{window}]))"#
        )
    };
    let (missed, finished) = (jobs(r#",outcome="missed""#), jobs(""));
    format!("({missed} or 0 * {finished}) / {finished}")
}

/// Returns the rate at which the error budget is used: 1 uses it up exactly in the period of the objective.
/// Source: The Site Reliability Workbook, chapter 5, <https://sre.google/workbook/alerting-on-slos/>.
fn burn_rate(window: &str) -> String {
    format!(
        r#"({missed}) / on (type) (1 - max by (type) (observatory_objective_ratio{{type=~"$type"}}))"#,
        missed = missed(window),
    )
}

fn objectives() -> [Panel; 2] {
    [
        Panel::new(
            Kind::Lines,
            Unit::Share,
            "Jobs that met their objective",
            "Share of the jobs that finished in the last hour, and the objective.",
        )
        .query(format!("1 - {}", missed("1h")), "{{type}}")
        .query(
            r#"max by (type) (observatory_objective_ratio{type=~"$type"})"#,
            "{{type}}: objective",
        ),
        Panel::new(
            Kind::Table,
            Unit::Share,
            "Objectives",
            "The configured share of jobs that should meet the objective of their type.",
        )
        .query(
            r#"max by (type) (observatory_objective_ratio{type=~"$type"})"#,
            "{{type}}",
        ),
    ]
}

fn error_budget() -> [Panel; 2] {
    [
        Panel::new(
            Kind::Lines,
            Unit::Number,
            "Fast burn",
            "Burn rate over 1 h and 5 m. The alert fires when both exceed its threshold.",
        )
        .query(burn_rate("1h"), "{{type}} 1h")
        .query(burn_rate("5m"), "{{type}} 5m")
        .alert_above("ObjectiveBurnFast"),
        Panel::new(
            Kind::Lines,
            Unit::Number,
            "Slow burn",
            "Burn rate over 6 h and 30 m. The alert fires when both exceed its threshold.",
        )
        .query(burn_rate("6h"), "{{type}} 6h")
        .query(burn_rate("30m"), "{{type}} 30m")
        .alert_above("ObjectiveBurnSlow"),
    ]
}

fn timelines() -> [Panel; 4] {
    [
        Panel::new(Kind::Lines, Unit::Seconds, "p95 of the wait by type", "From the time a job may run until its first attempt starts.")
            .query(
                quantile("0.95", "le, type", r#"observatory_job_wait_seconds{type=~"$type"}"#),
                "{{type}}",
            ),
        Panel::new(Kind::Lines, Unit::Seconds, "p95 of the run time by type", "Run time of attempts.")
            .query(
                quantile("0.95", "le, type", r#"observatory_job_duration_seconds{type=~"$type"}"#),
                "{{type}}",
            ),
        Panel::new(Kind::Stack, Unit::PerSecond, "Completed by type", "Jobs that completed.")
            .query(
                r#"sum by (type) (rate(observatory_jobs_completed_total{type=~"$type"}[$__rate_interval]))"#,
                "{{type}}",
            ),
        Panel::new(Kind::Stack, Unit::PerSecond, "Failed by type", "Jobs that failed and are not retried.")
            .query(
                r#"sum by (type) (rate(observatory_jobs_failed_total{type=~"$type"}[$__rate_interval]))"#,
                "{{type}}",
            ),
    ]
}
