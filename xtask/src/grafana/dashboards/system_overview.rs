use super::super::dashboard::{Dashboard, Row};
use super::super::kind::{Kind, Unit};
use super::super::panel::Panel;
use super::super::queries::{mean, quantile, rate};

pub(super) fn dashboard() -> Dashboard {
    Dashboard {
        uid: "system-overview",
        title: "Observatory / System overview",
        description: "Whether the task system works: what arrives, what finishes, what waits, and where the time goes.",
        variables: Vec::new(),
        web_path: "/",
        rows: vec![
            Row::new("Now", now()),
            Row::new("Jobs", jobs()),
            Row::new("Latency", latency()),
            Row::new("Parts", parts()),
        ],
    }
}

fn now() -> [Panel; 6] {
    [
        Panel::new(Kind::Stat, Unit::Share, "Processes up", "Share of the scraped processes that respond.")
            .query(r#"avg(up{job="observatory"})"#, "up"),
        Panel::new(Kind::Stat, Unit::Number, "Firing alerts", "Alerts of any severity that fire now.")
            .query(r#"count(ALERTS{alertstate="firing",alertname=~"$alert_names"}) or vector(0)"#, "firing"),
        Panel::new(Kind::Stat, Unit::Number, "Jobs ready", "Jobs that could run now, in all queues.")
            .query("sum(max by (queue) (observatory_queue_depth))", "ready"),
        Panel::new(Kind::Stat, Unit::Seconds, "Oldest ready job", "Age of the job that has waited longest.")
            .query("max(observatory_queue_oldest_seconds)", "age")
            .alert_above("OldestJobTooOld"),
        Panel::new(Kind::Stat, Unit::Number, "Dead letters", "Jobs that failed and were neither replayed nor dropped.")
            .query("max(observatory_dead_letters)", "dead letters"),
        Panel::new(Kind::Stat, Unit::Share, "Failures", "Share of the jobs that failed, of those that finished in the last five minutes.")
            .query(
                "sum(rate(observatory_jobs_failed_total[5m])) / \
                 (sum(rate(observatory_jobs_failed_total[5m])) + sum(rate(observatory_jobs_completed_total[5m])))",
                "failed",
            )
            .alert_above("JobFailureRateHigh"),
    ]
}

fn jobs() -> [Panel; 4] {
    [
        Panel::new(
            Kind::Lines,
            Unit::PerSecond,
            "Throughput",
            "Jobs that were accepted, and how they ended.",
        )
        .query(
            "sum(rate(observatory_jobs_submitted_total[$__rate_interval]))",
            "submitted",
        )
        .query(
            "sum(rate(observatory_jobs_completed_total[$__rate_interval]))",
            "completed",
        )
        .query(
            "sum(rate(observatory_jobs_failed_total[$__rate_interval]))",
            "failed",
        )
        .query(
            "sum(rate(observatory_attempts_retried_total[$__rate_interval]))",
            "retried",
        ),
        Panel::new(
            Kind::Stack,
            Unit::Number,
            "Jobs ready by queue",
            "Jobs that could run now.",
        )
        .query("max by (queue) (observatory_queue_depth)", "{{queue}}"),
        Panel::new(
            Kind::Stack,
            Unit::PerSecond,
            "Completed by type",
            "The ten job types that complete most.",
        )
        .query(
            "topk(10, sum by (type) (rate(observatory_jobs_completed_total[$__rate_interval])))",
            "{{type}}",
        ),
        Panel::new(
            Kind::Stack,
            Unit::PerSecond,
            "Failed by type and reason",
            "Jobs that failed and are not retried.",
        )
        .query(
            rate("type, reason", "observatory_jobs_failed_total"),
            "{{type}}: {{reason}}",
        ),
    ]
}

fn latency() -> [Panel; 4] {
    [
        Panel::new(
            Kind::Stack,
            Unit::Seconds,
            "Mean time in each stage",
            "Where the time of a job goes, from the request to the views.",
        )
        .query(mean("stage", "observatory_job_stage_seconds"), "{{stage}}"),
        Panel::new(
            Kind::Lines,
            Unit::Seconds,
            "p99 of each stage",
            "99 % of the jobs spend less time in the stage.",
        )
        .query(
            quantile("0.99", "le, stage", "observatory_job_stage_seconds"),
            "{{stage}}",
        ),
        Panel::new(
            Kind::Lines,
            Unit::Seconds,
            "Wait",
            "From the time a job may run until its first attempt starts.",
        )
        .quantiles("observatory_job_wait_seconds"),
        Panel::new(Kind::Lines, Unit::Seconds, "Run", "Run time of attempts.")
            .quantiles("observatory_job_duration_seconds"),
    ]
}

fn parts() -> [Panel; 4] {
    [
        Panel::new(
            Kind::Lines,
            Unit::PerSecond,
            "Requests by role",
            "Requests that were answered.",
        )
        .query(
            rate("service", "observatory_http_request_duration_seconds_count"),
            "{{service}}",
        ),
        Panel::new(
            Kind::Lines,
            Unit::Seconds,
            "p99 of requests to the gateway",
            "99 % of the requests are answered faster.",
        )
        .query(
            quantile(
                "0.99",
                "le",
                r#"observatory_http_request_duration_seconds{service="gateway"}"#,
            ),
            "p99",
        )
        .alert_above("GatewayLatencyHigh"),
        Panel::new(
            Kind::Lines,
            Unit::Seconds,
            "Lag of the views and the archive",
            "Age of the first event that a consumer has not processed.",
        )
        .query(
            "max by (consumer) (observatory_consumer_lag_seconds)",
            "{{consumer}}",
        )
        .alert_above("ConsumerLagHigh"),
        Panel::new(
            Kind::States,
            Unit::Number,
            "Dependencies",
            "Whether each role can use what it depends on.",
        )
        .query(
            "min by (service, dependency) (observatory_dependency_up)",
            "{{service}}: {{dependency}}",
        ),
    ]
}
