use super::super::dashboard::{Dashboard, Row};
use super::super::kind::{Kind, Unit};
use super::super::panel::Panel;
use super::super::queries::{quantile, rate};
use super::super::variable::SERVICE;

pub(super) fn dashboard() -> Dashboard {
    Dashboard {
        uid: "service-health",
        title: "Observatory / Service health",
        description: "One role, or several: whether its processes run, how fast they answer, and what they use.",
        variables: vec![SERVICE],
        web_path: "/services",
        rows: vec![
            Row::new("Availability", availability()),
            Row::new("Requests", requests()),
            Row::new("Process", process()),
            Row::new("Work", work()),
        ],
    }
}

fn availability() -> [Panel; 4] {
    [
        Panel::new(
            Kind::States,
            Unit::Number,
            "Processes",
            "Whether Prometheus can scrape each process.",
        )
        .query(
            r#"up{job="observatory",service=~"$service"}"#,
            "{{service}} {{instance}}",
        )
        .runbook("ServiceDown"),
        Panel::new(
            Kind::States,
            Unit::Number,
            "Dependencies",
            "Whether each role can use what it depends on.",
        )
        .query(
            r#"min by (service, dependency) (observatory_dependency_up{service=~"$service"})"#,
            "{{service}}: {{dependency}}",
        )
        .runbook("DatabaseUnavailable"),
        Panel::new(
            Kind::Table,
            Unit::Number,
            "Versions",
            "The builds that run.",
        )
        .query(
            r#"observatory_build_info{service=~"$service"}"#,
            "{{version}}",
        ),
        Panel::new(
            Kind::Lines,
            Unit::Number,
            "Restarts",
            "Starts of each process in the last 15 minutes.",
        )
        .query(
            r#"sum by (service) (changes(process_start_time_seconds{service=~"$service"}[1h]))"#,
            "{{service}}",
        )
        .alert_above("WorkerCrashLoop"),
    ]
}

fn requests() -> [Panel; 4] {
    let requests = r#"observatory_http_request_duration_seconds_count{service=~"$service"}"#;
    let refused =
        r#"observatory_http_request_duration_seconds_count{service=~"$service",status="429"}"#;
    [
        Panel::new(
            Kind::Stack,
            Unit::PerSecond,
            "Requests by status",
            "Answers, by role and HTTP status.",
        )
        .query(rate("service, status", requests), "{{service}} {{status}}"),
        Panel::new(
            Kind::Lines,
            Unit::Seconds,
            "Time to answer",
            "From the head of the request to the head of the response.",
        )
        .quantiles(r#"observatory_http_request_duration_seconds{service=~"$service"}"#),
        Panel::new(
            Kind::Lines,
            Unit::Seconds,
            "p99 by route",
            "99 % of the requests to the route are answered faster.",
        )
        .query(
            quantile(
                "0.99",
                "le, service, route",
                r#"observatory_http_request_duration_seconds{service=~"$service"}"#,
            ),
            "{{service}} {{route}}",
        ),
        Panel::new(
            Kind::Lines,
            Unit::Share,
            "Refused requests",
            "Share of the requests that were answered with 429 because of overload.",
        )
        .query(
            format!(
                "(sum by (service) (rate({refused}[$__rate_interval])) or 0 * {total}) / {total}",
                total = format_args!("sum by (service) (rate({requests}[$__rate_interval]))"),
            ),
            "{{service}}",
        )
        .alert_above("GatewayRefusing"),
    ]
}

fn process() -> [Panel; 4] {
    [
        Panel::new(
            Kind::Lines,
            Unit::Number,
            "CPU",
            "CPU cores that each process uses.",
        )
        .query(
            r#"rate(process_cpu_seconds_total{service=~"$service"}[$__rate_interval])"#,
            "{{service}} {{instance}}",
        )
        .width(12),
        Panel::new(
            Kind::Lines,
            Unit::Bytes,
            "Memory",
            "Resident memory of each process.",
        )
        .query(
            r#"process_resident_memory_bytes{service=~"$service"}"#,
            "{{service}} {{instance}}",
        )
        .width(12),
        Panel::new(
            Kind::Lines,
            Unit::Share,
            "File descriptors",
            "Open file descriptors, as a share of their limit.",
        )
        .query(
            r#"process_open_fds{service=~"$service"} / process_max_fds{service=~"$service"}"#,
            "{{service}} {{instance}}",
        )
        .width(12),
        Panel::new(
            Kind::Lines,
            Unit::Seconds,
            "Uptime",
            "Time since the start of each process.",
        )
        .query(
            r#"time() - process_start_time_seconds{service=~"$service"}"#,
            "{{service}} {{instance}}",
        )
        .width(12),
    ]
}

fn work() -> [Panel; 3] {
    [
        Panel::new(
            Kind::Lines,
            Unit::Number,
            "Event streams",
            "Followers of the live event stream.",
        )
        .query(
            "sum by (instance) (observatory_event_streams)",
            "{{instance}}",
        )
        .width(8),
        Panel::new(
            Kind::Lines,
            Unit::Number,
            "Leader",
            "Processors that are the leader; one at all times.",
        )
        .query("sum(observatory_leader)", "leaders")
        .width(8),
        Panel::new(
            Kind::Lines,
            Unit::Share,
            "Free space of the data directory",
            "Share of the file system that is free. Only the embedded mode has a data directory.",
        )
        .query(
            "min(observatory_data_dir_free_bytes / observatory_data_dir_size_bytes)",
            "free",
        )
        .alert_below("DiskAlmostFull")
        .width(8),
    ]
}
