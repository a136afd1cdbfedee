use odd_client::{JobsQuery, Selection};
use odd_contracts::{JobList, TimeseriesMetric, TimeseriesWindow, Timestamp};
use odd_tui::{LoadFailure, LoadResult, Loaded, Query};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::fixtures::{self, EARLIER_EVENTS, event};
use crate::job_fixtures;
use crate::wire::{OPENED_AT, ago, opened_at, wire};

/// How the observatory answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Server {
    /// Not at all.
    Silent,
    /// It contains nothing.
    Empty,
    /// It contains jobs.
    Busy,
    /// It contains more jobs than the interface loads.
    Full,
    /// It cannot be reached.
    Unreachable,
    /// It answers every request with an error, or too late.
    Refusing(Refusal),
}

/// Why a server that runs gives no data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    Unauthorized,
    Broken,
    Slow,
}

impl Server {
    /// Answers a request for data; `None` when there is no answer.
    pub(crate) fn answer(self, query: Query) -> Option<Loaded> {
        if self == Self::Silent {
            return None;
        }
        Some(match query {
            Query::Overview => Loaded::Overview(self.found(overview)),
            Query::Health => Loaded::Health(self.found(health)),
            Query::Series(metric, window) => Loaded::Series(
                metric,
                window,
                self.found(|busy| series(busy, metric, window)),
            ),
            Query::Jobs(page) => {
                let list = match self {
                    Self::Full => Ok(wire(page_of_many(page.query()))),
                    _ => self.found(jobs),
                };
                Loaded::Jobs(page, list)
            }
            Query::AllJobs(page) => {
                let list = self.found(|busy| match self {
                    Self::Full => page_of_many(page.query()),
                    _ => jobs(busy),
                });
                let selection = list.map(|list: JobList| Selection {
                    jobs: list.jobs.iter().map(|job| job.id).collect(),
                    has_more: false,
                });
                Loaded::AllJobs(page, selection)
            }
            Query::Job(id) => Loaded::Job(id, self.found(|_| job_fixtures::job_with_attempts(id))),
            Query::Explanation(id) => {
                Loaded::Explanation(id, self.found(|_| job_fixtures::explanation(id)))
            }
            Query::JobEvents(id) => {
                Loaded::JobEvents(id, self.found(|_| job_fixtures::events_of(id)))
            }
            Query::Log(page) => Loaded::Log(page, self.found(|_| log())),
            Query::Events => Loaded::Events(self.found(events)),
            Query::Queues => Loaded::Queues(self.found(queues)),
            Query::DeadLetters => Loaded::DeadLetters(self.found(dead_letters)),
            Query::Services => Loaded::Services(self.found(services)),
            Query::Workers => Loaded::Workers(self.found(workers)),
            Query::Alerts => Loaded::Alerts(self.found(alerts)),
            Query::Links => Loaded::Links(self.found(links)),
        })
    }

    fn found<T: DeserializeOwned>(self, content: impl FnOnce(bool) -> Value) -> LoadResult<T> {
        match self {
            Self::Unreachable | Self::Silent => Err(unreachable_server()),
            Self::Refusing(refusal) => Err(refused(refusal)),
            Self::Empty => Ok(wire(content(false))),
            Self::Busy | Self::Full => Ok(wire(content(true))),
        }
    }
}

/// The failure of a request to a server that does not run.
pub(crate) fn unreachable_server() -> LoadFailure {
    LoadFailure {
        what: "cannot reach the read-model at http://127.0.0.1:8080/".to_owned(),
        cause: "connection refused".to_owned(),
        hint: "start it with `odd-dashboard up`, or check the URLs",
        is_unreachable: true,
    }
}

/// The failure of a request that a server refuses.
pub(crate) fn refused(refusal: Refusal) -> LoadFailure {
    let (what, cause, hint) = match refusal {
        Refusal::Unauthorized => (
            "the read-model answered 401: unauthorized",
            "the request has no API token",
            "set ODD_TOKEN or ODD_TOKEN_FILE to an API token",
        ),
        Refusal::Broken => (
            "the read-model answered 500: internal error",
            "the store cannot be read: disk I/O error",
            "the request is repeated",
        ),
        Refusal::Slow => (
            "the read-model did not answer within 10 s",
            "",
            "the request is repeated; `odd-dashboard status` shows the services",
        ),
    };
    LoadFailure {
        what: what.to_owned(),
        cause: cause.to_owned(),
        hint,
        is_unreachable: false,
    }
}

fn overview(busy: bool) -> Value {
    let count = |count: u64| if busy { count } else { 0 };
    let times = |p50: f64, p95: f64, p99: f64| match busy {
        true => json!({"count": 48_211, "p50Ms": p50, "p95Ms": p95, "p99Ms": p99}),
        false => json!({"count": 0, "p50Ms": null, "p95Ms": null, "p99Ms": null}),
    };
    json!({
        "stats": {"totalJobs": count(48_242), "pendingJobs": count(1_303), "executingJobs": count(20),
            "completedJobs": count(46_800), "failedJobs": count(3), "cancelledJobs": count(116),
            "lastEventTime": if busy { ago(1) } else { Value::Null }, "asOf": OPENED_AT},
        "statuses": {"PENDING": count(1_291), "SCHEDULED": count(12), "EXECUTING": count(20), "COMPLETED": count(46_800),
            "FAILED": count(3), "CANCELLED": count(116)},
        "submittedPerSecond": if busy { 210.5 } else { 0.0 },
        "finishedPerSecond": if busy { 204.0 } else { 0.0 },
        "wait": times(12.25, 140.0, 900.5), "run": times(93.0, 410.0, 1_850.0),
        "queues": if busy { fixtures::queues() } else { json!([]) },
        "recentJobs": fixtures::jobs(0..count(20))["jobs"],
        "alerts": if busy { fixtures::alerts() } else { json!([]) },
    })
}

fn health(busy: bool) -> Value {
    match busy {
        false => {
            json!({"status": "ok", "summary": "everything works", "causes": [], "asOf": OPENED_AT})
        }
        true => {
            json!({"status": "degraded", "summary": "one queue is slow", "asOf": OPENED_AT, "causes": [
            {"status": "degraded", "summary": "the oldest job of default waits for 42 s", "since": ago(95),
                "alert": "QueueBacklog", "runbookUrl": "https://example.org/runbooks/QueueBacklog",
                "action": "start another processor"}]})
        }
    }
}

fn series(busy: bool, metric: TimeseriesMetric, window: TimeseriesWindow) -> Value {
    let is_count = matches!(
        metric,
        TimeseriesMetric::Submitted | TimeseriesMetric::Completed | TimeseriesMetric::Failed
    );
    let step = window.step_seconds();
    let points = (0..window.points()).map(|index| {
        let end = opened_at().as_micros();
        let seconds = i64::from(step) * i64::from(window.points() - index);
        let wave = (f64::from(index) / 4.0).sin() * 40.0 + 60.0;
        let value = match metric {
            TimeseriesMetric::Completed => wave - 3.0,
            TimeseriesMetric::Failed => f64::from(u32::from(index % 20 == 7)),
            TimeseriesMetric::RunP95 => wave * 4.0,
            TimeseriesMetric::RunP99 => wave * 18.0,
            _ => wave,
        };
        let value = busy.then_some(value.round());
        json!({"at": Timestamp::from_micros(end - seconds * 1_000_000),
            "value": value.or(is_count.then_some(0.0))})
    });
    json!({"metric": metric, "window": window, "unit": if is_count { "count" } else { "ms" },
        "stepSeconds": step, "points": points.collect::<Vec<_>>(), "asOf": OPENED_AT})
}

fn jobs(busy: bool) -> Value {
    fixtures::jobs(0..if busy { 60 } else { 0 })
}

/// Returns a page of endless jobs; the cursor is the number of the first one.
fn page_of_many(query: &JobsQuery) -> Value {
    let first = query
        .cursor
        .as_deref()
        .map_or(0, |text| text.parse().expect("our cursor"));
    let end = first + u64::try_from(query.limit).expect("it fits");
    let mut page = fixtures::jobs(first..end);
    page["nextCursor"] = json!(end.to_string());
    page
}

fn log() -> Value {
    json!({"lines": [
        {"at": ago(3), "stream": "stderr", "line": "no answer yet"},
        {"at": ago(4), "stream": "stdout", "line": "connecting to mail.example.org"}]})
}

fn events(busy: bool) -> Value {
    let count = if busy { EARLIER_EVENTS } else { 0 };
    json!({"events": (0..count).rev().map(event).collect::<Vec<_>>()})
}

fn queues(busy: bool) -> Value {
    json!({"queues": if busy { fixtures::queues() } else { json!([]) }, "asOf": OPENED_AT})
}

fn dead_letters(busy: bool) -> Value {
    let failed = [3, 11, 19].map(job_fixtures::job);
    json!({"jobs": if busy { &failed[..] } else { &[] }})
}

fn services(busy: bool) -> Value {
    let names = ["gateway", "processor", "metrics-engine"];
    let mut services: Vec<Value> = names
        .iter()
        .map(|name| json!({"name": name, "url": format!("http://{name}:80/"), "status": "up", "version": "0.1.0"}))
        .collect();
    if busy {
        services.push(
            json!({"name": "read-model", "url": "http://read-model:80/", "status": "degraded",
            "version": "0.1.0", "detail": "views: 12 s behind"}),
        );
    }
    json!({"services": services, "asOf": OPENED_AT})
}

fn workers(busy: bool) -> Value {
    let worker = |id: &str, status: &str, running: u64, reported_ago: u64| {
        json!({"workerId": id, "version": "0.1.0", "status": status, "concurrency": 16, "running": running,
            "queues": null, "types": ["echo", "email.send", "http.request"],
            "startedAt": ago(7_200), "lastSeenAt": ago(reported_ago)})
    };
    let workers = match busy {
        true => vec![
            worker("processor-0", "ACTIVE", 16, 3),
            worker("processor-1", "DRAINING", 4, 1),
            worker("processor-2", "LOST", 0, 754),
        ],
        false => Vec::new(),
    };
    json!({"workers": workers, "asOf": OPENED_AT})
}

fn alerts(busy: bool) -> Value {
    json!({"alerts": if busy { fixtures::alerts() } else { json!([]) },
        "source": {"status": "ok", "asOf": OPENED_AT}})
}

fn links(_: bool) -> Value {
    json!({"source": "built_in", "registry": {"version": "1.0.0", "uis": [
        {"id": "web", "name": "Web dashboard", "description": "The observatory in the browser",
            "category": "observatory", "url": "http://127.0.0.1:8081", "deployments": ["embedded"]}]}})
}
