use super::super::dashboard::{Dashboard, Row};
use super::super::kind::{Kind, Unit};
use super::super::panel::Panel;
use super::super::variable::ONE_TYPE;

pub(super) fn dashboard() -> Dashboard {
    Dashboard {
        uid: "job-type",
        title: "Observatory / One job type",
        description: "Everything about the jobs of one type.",
        variables: vec![ONE_TYPE],
        web_path: "/jobs",
        rows: vec![
            Row::new("Jobs", jobs()),
            Row::new("Latency", latency()),
            Row::new("Workers", workers()),
        ],
    }
}

fn jobs() -> [Panel; 4] {
    [
        Panel::new(Kind::Lines, Unit::PerSecond, "Throughput", "Jobs that were accepted and that completed.")
            .query(r#"sum(rate(observatory_jobs_submitted_total{type="$type"}[$__rate_interval]))"#, "submitted")
            .query(r#"sum(rate(observatory_jobs_completed_total{type="$type"}[$__rate_interval]))"#, "completed"),
        Panel::new(Kind::Stack, Unit::PerSecond, "Failed by reason", "Jobs that failed and are not retried.")
            .query(
                r#"sum by (reason) (rate(observatory_jobs_failed_total{type="$type"}[$__rate_interval]))"#,
                "{{reason}}",
            )
            .runbook("JobFailureRateHigh"),
        Panel::new(Kind::Stack, Unit::PerSecond, "Retries by reason", "Attempts that failed and were followed by a retry.")
            .query(
                r#"sum by (reason) (rate(observatory_attempts_retried_total{type="$type"}[$__rate_interval]))"#,
                "{{reason}}",
            ),
        Panel::new(Kind::Lines, Unit::Number, "Jobs ready", "Jobs that could run now.")
            .query(r#"max(observatory_jobs_ready{type="$type"})"#, "ready"),
    ]
}

fn latency() -> [Panel; 3] {
    [
        Panel::new(Kind::Lines, Unit::Seconds, "Wait", "From the time a job may run until its first attempt starts.")
            .quantiles(r#"observatory_job_wait_seconds{type="$type"}"#)
            .width(8),
        Panel::new(Kind::Lines, Unit::Seconds, "Run", "Run time of attempts.")
            .quantiles(r#"observatory_job_duration_seconds{type="$type"}"#)
            .width(8),
        Panel::new(Kind::Heatmap, Unit::Number, "Distribution of the run time", "Attempts by run time.")
            .query(
                r#"sum by (le) (increase(observatory_job_duration_seconds_bucket{type="$type"}[$__rate_interval]))"#,
                "{{le}}",
            )
            .width(8),
    ]
}

fn workers() -> [Panel; 3] {
    [
        Panel::new(
            Kind::Lines,
            Unit::Number,
            "Workers",
            "Workers that handle the type.",
        )
        .query(
            r#"sum(observatory_worker_connected{type="$type"})"#,
            "workers",
        )
        .runbook("NoWorkerForType")
        .width(8),
        Panel::new(
            Kind::Lines,
            Unit::Number,
            "Running attempts",
            "Attempts that run now.",
        )
        .query(r#"sum(observatory_worker_busy{type="$type"})"#, "running")
        .width(8),
        Panel::new(
            Kind::Lines,
            Unit::Number,
            "Lost attempts",
            "Attempts of the last hour whose lease expired.",
        )
        .query(
            r#"sum(increase(observatory_attempts_lost_total{type="$type"}[1h]))"#,
            "lost",
        )
        .width(8),
    ]
}
