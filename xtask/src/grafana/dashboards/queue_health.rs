use super::super::dashboard::{Dashboard, Row};
use super::super::kind::{Kind, Unit};
use super::super::panel::Panel;
use super::super::queries::rate;
use super::super::variable::QUEUE;

pub(super) fn dashboard() -> Dashboard {
    Dashboard {
        uid: "queue-health",
        title: "Observatory / Queue health",
        description: "Why jobs wait: backlog and its age, the workers and their load, retries, lost attempts and dead letters.",
        variables: vec![QUEUE],
        web_path: "/queues",
        rows: vec![
            Row::new("Backlog", backlog()),
            Row::new("Workers", workers()),
            Row::new("Failures", failures()),
        ],
    }
}

fn backlog() -> [Panel; 4] {
    [
        Panel::new(
            Kind::Lines,
            Unit::Number,
            "Jobs ready",
            "Jobs that could run now.",
        )
        .query(
            r#"max by (queue) (observatory_queue_depth{queue=~"$queue"})"#,
            "{{queue}}",
        )
        .alert_above("QueueBacklogGrowing"),
        Panel::new(
            Kind::Lines,
            Unit::Seconds,
            "Age of the oldest ready job",
            "How long the job that has waited longest has waited.",
        )
        .query(
            r#"max by (queue) (observatory_queue_oldest_seconds{queue=~"$queue"})"#,
            "{{queue}}",
        )
        .alert_above("OldestJobTooOld"),
        Panel::new(
            Kind::Stack,
            Unit::Number,
            "Jobs ready by type",
            "Jobs of all queues that could run now.",
        )
        .query("max by (type) (observatory_jobs_ready)", "{{type}}"),
        Panel::new(
            Kind::Lines,
            Unit::PerSecond,
            "Arrivals and finished attempts",
            "A backlog grows while more jobs arrive than attempts finish.",
        )
        .query(
            "sum(rate(observatory_jobs_submitted_total[$__rate_interval]))",
            "submitted",
        )
        .query(
            "sum(rate(observatory_job_duration_seconds_count[$__rate_interval]))",
            "attempts finished",
        ),
    ]
}

fn workers() -> [Panel; 4] {
    [
        Panel::new(Kind::Lines, Unit::Share, "Load of the workers", "Share of the workers' capacity that runs attempts.")
            .query(
                "sum by (instance) (observatory_worker_busy) / sum by (instance) (observatory_worker_capacity)",
                "{{instance}}",
            ),
        Panel::new(Kind::Stack, Unit::Number, "Running attempts by type", "Attempts that run now.")
            .query("sum by (type) (observatory_worker_busy)", "{{type}}"),
        Panel::new(Kind::Lines, Unit::Number, "Workers by type", "Workers that handle each job type.")
            .query("sum by (type) (observatory_worker_connected)", "{{type}}")
            .runbook("NoWorkerForType"),
        Panel::new(Kind::Lines, Unit::Number, "Capacity", "Attempts that all workers can run at the same time.")
            .query("sum(observatory_worker_capacity)", "capacity")
            .query("sum(observatory_worker_busy)", "running"),
    ]
}

fn failures() -> [Panel; 4] {
    [
        Panel::new(
            Kind::Stack,
            Unit::PerSecond,
            "Retries by type and reason",
            "Attempts that failed and were followed by a retry.",
        )
        .query(
            rate("type, reason", "observatory_attempts_retried_total"),
            "{{type}}: {{reason}}",
        )
        .runbook("RetriesSpiking"),
        Panel::new(
            Kind::Lines,
            Unit::Number,
            "Lost attempts",
            "Attempts of the last hour whose lease expired: their worker died or stalled.",
        )
        .query(
            "sum by (type) (increase(observatory_attempts_lost_total[1h]))",
            "{{type}}",
        ),
        Panel::new(
            Kind::Lines,
            Unit::Number,
            "Dead letters",
            "Jobs that failed and were neither replayed nor dropped.",
        )
        .query("max(observatory_dead_letters)", "dead letters"),
        Panel::new(
            Kind::Lines,
            Unit::Number,
            "Quarantined messages",
            "Messages of the last hour that violate their contract.",
        )
        .query(
            "sum(increase(observatory_messages_parked_total[1h]))",
            "quarantined",
        )
        .alert_above("MessagesParked"),
    ]
}
