//! How statuses, ids, events and errors stand in columns.

use std::sync::Arc;

use odd_contracts::{
    AttemptOutcome, CorrelationId, EventType, FailureReason, JobError, JobId, JobStatus, LogStream,
    Producer, Timestamp,
};
use odd_core::ports::{LogEntry, Position, Recorded};
use odd_core::{Change, JobEvent};
use rusqlite::Row;
use rusqlite::types::Type;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// `kind` of a row that tells of pruned jobs; event types take their index in `EventType::ALL`.
pub(crate) const KIND_PRUNED: i64 = 100;

/// The columns that [`read_event`] expects, from `job_events e` and, left joined, `jobs j`, `job_specs s`, `producers p`.
pub(crate) const EVENT_COLUMNS: &str = "e.seq, e.version, e.kind, e.previous, e.attempt, e.at, e.millis, \
     coalesce(e.correlation, s.correlation), e.detail, j.id, j.type, j.queue, p.service, p.instance_id, p.version";

/// The joins that go with [`EVENT_COLUMNS`].
pub(crate) const EVENT_JOINS: &str = "LEFT JOIN jobs j ON j.job = e.job LEFT JOIN job_specs s ON s.job = e.job \
     LEFT JOIN producers p ON p.producer = e.producer";

const OUTCOMES: [AttemptOutcome; 7] = [
    AttemptOutcome::Running,
    AttemptOutcome::Succeeded,
    AttemptOutcome::Failed,
    AttemptOutcome::TimedOut,
    AttemptOutcome::Cancelled,
    AttemptOutcome::Released,
    AttemptOutcome::Lost,
];

const STREAMS: [LogStream; 3] = [LogStream::Log, LogStream::Stdout, LogStream::Stderr];

pub(crate) fn status_code(status: JobStatus) -> i64 {
    status as i64
}

pub(crate) fn kind_code(kind: EventType) -> i64 {
    kind as i64
}

pub(crate) fn outcome_code(outcome: AttemptOutcome) -> i64 {
    outcome as i64
}

pub(crate) fn stream_code(stream: LogStream) -> i64 {
    stream as i64
}

fn damaged(column: usize, what: &str) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(
        column,
        Type::Null,
        format!("unexpected {what}").into(),
    )
}

fn pick<T: Copy>(all: &[T], row: &Row<'_>, column: usize) -> rusqlite::Result<T> {
    let code: i64 = row.get(column)?;
    usize::try_from(code)
        .ok()
        .and_then(|i| all.get(i))
        .copied()
        .ok_or_else(|| damaged(column, "code"))
}

pub(crate) fn get_status(row: &Row<'_>, column: usize) -> rusqlite::Result<JobStatus> {
    pick(&JobStatus::ALL, row, column)
}

pub(crate) fn get_outcome(row: &Row<'_>, column: usize) -> rusqlite::Result<AttemptOutcome> {
    pick(&OUTCOMES, row, column)
}

pub(crate) fn get_stream(row: &Row<'_>, column: usize) -> rusqlite::Result<LogStream> {
    pick(&STREAMS, row, column)
}

pub(crate) fn get_time(row: &Row<'_>, column: usize) -> rusqlite::Result<Timestamp> {
    row.get(column).map(Timestamp::from_micros)
}

pub(crate) fn get_optional_time(
    row: &Row<'_>,
    column: usize,
) -> rusqlite::Result<Option<Timestamp>> {
    row.get::<_, Option<i64>>(column)
        .map(|micros| micros.map(Timestamp::from_micros))
}

pub(crate) fn get_job_id(row: &Row<'_>, column: usize) -> rusqlite::Result<JobId> {
    row.get::<_, Uuid>(column).map(JobId)
}

pub(crate) fn get_correlation(row: &Row<'_>, column: usize) -> rusqlite::Result<CorrelationId> {
    row.get::<_, Uuid>(column).map(CorrelationId)
}

/// A value that parses from a text column: a job type, a queue name.
pub(crate) fn get_name<T: std::str::FromStr>(row: &Row<'_>, column: usize) -> rusqlite::Result<T> {
    let text = row
        .get_ref(column)?
        .as_str()
        .map_err(|_| damaged(column, "column type"))?;
    text.parse().map_err(|_| damaged(column, "name"))
}

/// A value kept as JSON in a text column.
pub(crate) fn get_json<T: for<'de> Deserialize<'de>>(
    row: &Row<'_>,
    column: usize,
) -> rusqlite::Result<Option<T>> {
    match row
        .get_ref(column)?
        .as_str_or_null()
        .map_err(|_| damaged(column, "column type"))?
    {
        None => Ok(None),
        Some(text) => serde_json::from_str(text)
            .map(Some)
            .map_err(|_| damaged(column, "JSON")),
    }
}

pub(crate) fn to_json<T: Serialize>(value: &T) -> String {
    serde_json::to_string(value).expect("stored values always print as JSON")
}

pub(crate) fn get_error(
    row: &Row<'_>,
    reason: usize,
    message: usize,
) -> rusqlite::Result<Option<JobError>> {
    let Some(text) = row
        .get_ref(reason)?
        .as_str_or_null()
        .map_err(|_| damaged(reason, "column type"))?
    else {
        return Ok(None);
    };
    let reason = FailureReason::ALL
        .into_iter()
        .find(|known| known.as_str() == text)
        .ok_or_else(|| damaged(reason, "failure reason"))?;
    Ok(Some(JobError {
        reason,
        message: row.get(message)?,
    }))
}

/// What an event says beyond its columns; kept as JSON where it is not empty.
#[derive(Serialize, Deserialize, Default)]
struct Detail {
    #[serde(default, skip_serializing_if = "is_zero")]
    priority: i32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    run_at: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reason: Option<FailureReason>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    message: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    fraction: Option<f64>,
}

fn is_zero(value: &i32) -> bool {
    *value == 0
}

/// The `millis` and `detail` columns of a change. The detail of a start is the worker id as it is.
pub(crate) fn encode_change(change: &Change) -> (Option<f64>, Option<String>) {
    match change {
        Change::Due | Change::Validated => (None, None),
        Change::Created {
            priority: 0,
            run_at: None,
        } => (None, None),
        Change::Created { priority, run_at } => {
            let run_at = run_at.map(Timestamp::as_micros);
            (
                None,
                Some(to_json(&Detail {
                    priority: *priority,
                    run_at,
                    ..Detail::default()
                })),
            )
        }
        Change::Started { worker_id, wait_ms } => (Some(*wait_ms), Some(worker_id.to_string())),
        Change::Progressed { fraction, message } => {
            let detail = Detail {
                fraction: Some(*fraction),
                message: message.clone(),
                ..Detail::default()
            };
            (None, Some(to_json(&detail)))
        }
        Change::Retrying {
            reason,
            message,
            run_at,
            duration_ms,
        } => {
            let detail = Detail {
                reason: Some(*reason),
                message: Some(message.clone()),
                run_at: Some(run_at.as_micros()),
                ..Detail::default()
            };
            (Some(*duration_ms), Some(to_json(&detail)))
        }
        Change::Requeued { message } => (
            None,
            Some(to_json(&Detail {
                message: Some(message.clone()),
                ..Detail::default()
            })),
        ),
        Change::Completed { duration_ms } => (Some(*duration_ms), None),
        Change::Failed {
            reason,
            message,
            duration_ms,
        } => {
            let detail = Detail {
                reason: Some(*reason),
                message: Some(message.clone()),
                ..Detail::default()
            };
            (*duration_ms, Some(to_json(&detail)))
        }
        Change::Cancelled {
            message,
            duration_ms,
        } => {
            let detail = message.as_ref().map(|m| {
                to_json(&Detail {
                    message: Some(m.clone()),
                    ..Detail::default()
                })
            });
            (*duration_ms, detail)
        }
    }
}

fn decode_change(
    kind: EventType,
    millis: Option<f64>,
    row: &Row<'_>,
    column: usize,
) -> rusqlite::Result<Change> {
    let millis_or_zero = millis.unwrap_or(0.0);
    if kind == EventType::Started {
        let worker_id = row.get::<_, String>(column)?.into();
        return Ok(Change::Started {
            worker_id,
            wait_ms: millis_or_zero,
        });
    }
    let detail: Detail = get_json(row, column)?.unwrap_or_default();
    let run_at = detail.run_at.map(Timestamp::from_micros);
    let reason = detail.reason.unwrap_or(FailureReason::Error);
    let text = |message: Option<String>| message.unwrap_or_default();
    Ok(match kind {
        EventType::Created => Change::Created {
            priority: detail.priority,
            run_at,
        },
        EventType::Due => Change::Due,
        EventType::Validated => Change::Validated,
        EventType::Started => unreachable!("handled above"),
        EventType::Progressed => Change::Progressed {
            fraction: detail.fraction.unwrap_or(0.0),
            message: detail.message,
        },
        EventType::Retrying => Change::Retrying {
            reason,
            message: text(detail.message),
            run_at: run_at.ok_or_else(|| damaged(column, "event detail"))?,
            duration_ms: millis_or_zero,
        },
        EventType::Requeued => Change::Requeued {
            message: text(detail.message),
        },
        EventType::Completed => Change::Completed {
            duration_ms: millis_or_zero,
        },
        EventType::Failed => Change::Failed {
            reason,
            message: text(detail.message),
            duration_ms: millis,
        },
        EventType::Cancelled => Change::Cancelled {
            message: detail.message,
            duration_ms: millis,
        },
    })
}

/// What a pruning row says.
#[derive(Serialize, Deserialize)]
pub(crate) struct PrunedDetail {
    pub(crate) job_type: String,
    pub(crate) queue: String,
    pub(crate) status: i64,
    pub(crate) count: u64,
    pub(crate) before: i64,
}

/// Reads a row of [`EVENT_COLUMNS`].
pub(crate) fn read_event(row: &Row<'_>) -> rusqlite::Result<Recorded> {
    let position =
        Position(u64::try_from(row.get::<_, i64>(0)?).map_err(|_| damaged(0, "position"))?);
    let kind: i64 = row.get(2)?;
    if kind == KIND_PRUNED {
        return read_pruned(row, position);
    }
    let kind = pick(&EventType::ALL, row, 2)?;
    let previous_status = match row.get::<_, Option<i64>>(3)? {
        None => None,
        Some(_) => Some(get_status(row, 3)?),
    };
    let event = JobEvent {
        job_id: get_job_id(row, 9)?,
        job_type: get_name(row, 10)?,
        queue: get_name(row, 11)?,
        version: row.get(1)?,
        attempt: row.get(4)?,
        occurred_at: get_time(row, 5)?,
        correlation_id: get_correlation(row, 7)?,
        producer: Arc::new(Producer {
            service: row.get(12)?,
            instance_id: row.get(13)?,
            version: row.get(14)?,
        }),
        previous_status,
        change: decode_change(kind, row.get(6)?, row, 8)?,
    };
    Ok(Recorded {
        position,
        entry: LogEntry::Event(Arc::new(event)),
    })
}

fn read_pruned(row: &Row<'_>, position: Position) -> rusqlite::Result<Recorded> {
    let detail: PrunedDetail = get_json(row, 8)?.ok_or_else(|| damaged(8, "pruning row"))?;
    let status = usize::try_from(detail.status)
        .ok()
        .and_then(|i| JobStatus::ALL.get(i))
        .copied();
    let entry = LogEntry::Pruned {
        job_type: detail
            .job_type
            .parse()
            .map_err(|_| damaged(8, "job type"))?,
        queue: detail.queue.parse().map_err(|_| damaged(8, "queue"))?,
        status: status.ok_or_else(|| damaged(8, "status"))?,
        count: detail.count,
        before: Timestamp::from_micros(detail.before),
    };
    Ok(Recorded { position, entry })
}
