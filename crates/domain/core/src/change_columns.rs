//! The encoding of changes in the event log of a store: milliseconds, and a JSON value for all other fields.

use odd_contracts::{EventType, FailureReason, Producer, RawJson, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{Change, JobEvent};

/// The last field of an encoded event: a JSON value for what the other fields do not contain.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum Detail<'a> {
    /// Worker that started the attempt, unless it is the producer of the event.
    Worker(&'a str),
    /// Result of the job, if the event contains it.
    Result(&'a RawJson),
    /// All other fields.
    Fields(DetailFields),
}

/// The fields of a change as a JSON object; default values are left out.
#[derive(Debug, Serialize, Deserialize, Default)]
pub struct DetailFields {
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

/// Returns the milliseconds and the detail of the change in `event`. `result` is the result of a completion.
pub fn encode_change<'a>(
    event: &'a JobEvent,
    result: Option<&'a RawJson>,
) -> (Option<f64>, Option<Detail<'a>>) {
    let (millis, fields) = match &event.change {
        Change::Due
        | Change::Validated
        | Change::Created {
            priority: 0,
            run_at: None,
        } => return (None, None),
        Change::Started { worker_id, wait_ms } => {
            let is_other = **worker_id != *event.producer.instance_id;
            return (
                Some(*wait_ms),
                is_other.then_some(Detail::Worker(worker_id)),
            );
        }
        Change::Completed { duration_ms } => {
            return (Some(*duration_ms), result.map(Detail::Result));
        }
        Change::Cancelled {
            message: None,
            duration_ms,
        } => return (*duration_ms, None),
        Change::Created { priority, run_at } => {
            let fields = DetailFields {
                priority: *priority,
                run_at: run_at.map(Timestamp::as_micros),
                ..DetailFields::default()
            };
            (None, fields)
        }
        Change::Progressed { fraction, message } => {
            let fields = DetailFields {
                fraction: Some(*fraction),
                message: message.clone(),
                ..DetailFields::default()
            };
            (None, fields)
        }
        Change::Retrying {
            reason,
            message,
            run_at,
            duration_ms,
        } => {
            let fields = DetailFields {
                run_at: Some(run_at.as_micros()),
                ..failure(*reason, message)
            };
            (Some(*duration_ms), fields)
        }
        Change::Failed {
            reason,
            message,
            duration_ms,
        } => (*duration_ms, failure(*reason, message)),
        Change::Requeued { message } => (None, message_only(message)),
        Change::Cancelled {
            message: Some(message),
            duration_ms,
        } => (*duration_ms, message_only(message)),
    };
    (millis, Some(Detail::Fields(fields)))
}

fn message_only(message: &str) -> DetailFields {
    DetailFields {
        message: Some(message.to_owned()),
        ..DetailFields::default()
    }
}

fn failure(reason: FailureReason, message: &str) -> DetailFields {
    DetailFields {
        reason: Some(reason),
        ..message_only(message)
    }
}

/// Decodes the change of an event of `producer`: the reverse of [`encode_change`].
///
/// # Errors
/// When the detail is not an encoding of the change.
pub fn decode_change(
    kind: EventType,
    millis: Option<f64>,
    detail: Option<&str>,
    producer: &Producer,
) -> Result<Change, serde_json::Error> {
    let millis_or_zero = millis.unwrap_or(0.0);
    match kind {
        EventType::Due => return Ok(Change::Due),
        EventType::Validated => return Ok(Change::Validated),
        EventType::Started => {
            return Ok(Change::Started {
                worker_id: match detail {
                    Some(text) => serde_json::from_str(text)?,
                    None => producer.instance_id.as_str().into(),
                },
                wait_ms: millis_or_zero,
            });
        }
        EventType::Completed => {
            return Ok(Change::Completed {
                duration_ms: millis_or_zero,
            });
        }
        _ => {}
    }
    let detail: DetailFields = match detail {
        Some(text) => serde_json::from_str(text)?,
        None => DetailFields::default(),
    };
    let run_at = detail.run_at.map(Timestamp::from_micros);
    let reason = detail.reason.unwrap_or(FailureReason::Error);
    let text = |message: Option<String>| message.unwrap_or_default();
    Ok(match kind {
        EventType::Created => Change::Created {
            priority: detail.priority,
            run_at,
        },
        EventType::Progressed => Change::Progressed {
            fraction: detail.fraction.unwrap_or(0.0),
            message: detail.message,
        },
        EventType::Retrying => Change::Retrying {
            reason,
            message: text(detail.message),
            run_at: run_at.unwrap_or(Timestamp::from_micros(0)),
            duration_ms: millis_or_zero,
        },
        EventType::Requeued => Change::Requeued {
            message: text(detail.message),
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
        EventType::Due | EventType::Validated | EventType::Started | EventType::Completed => {
            unreachable!("returned above")
        }
    })
}
