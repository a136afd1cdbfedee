use std::collections::BTreeMap;
use std::time::Duration;

use odd_contracts::{EventEnvelope, EventType, Job, JobAttempt, JobError, JobStatus, Timestamp};

use crate::format;

/// The life of a job as attempts, each with the times that it spent waiting and running.
#[derive(Debug)]
pub(crate) struct Waterfall<'a> {
    /// The beginning and the end of the scale.
    pub(crate) start: Timestamp,
    pub(crate) end: Timestamp,
    pub(crate) rows: Vec<WaterfallRow<'a>>,
}

/// An attempt, or the time after the last one.
#[derive(Debug)]
pub(crate) struct WaterfallRow<'a> {
    /// The attempt; `None` while the job waits for its next one.
    pub(crate) attempt: Option<&'a JobAttempt>,
    /// In the order of time, without gaps.
    pub(crate) stages: Vec<Stage>,
}

/// A part of an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stage {
    pub(crate) kind: StageKind,
    pub(crate) from: Timestamp,
    pub(crate) to: Timestamp,
}

/// What a job does in a part of an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum StageKind {
    /// It waits for a time: that of a scheduled job, or the delay of a retry.
    Delayed,
    /// It waits for a worker.
    Queued,
    /// A worker has claimed it and validates its payload.
    Claimed,
    /// Its handler runs.
    Running,
}

/// What the events tell about the beginning of an attempt.
#[derive(Debug, Clone, Copy)]
struct Beginning {
    waiting_since: Timestamp,
    ready_at: Timestamp,
    claimed_at: Timestamp,
}

impl WaterfallRow<'_> {
    /// Returns the time spent in stages of a kind.
    pub(crate) fn time_in(&self, kind: StageKind) -> Duration {
        let stages = self.stages.iter().filter(|stage| stage.kind == kind);
        stages
            .map(|stage| format::between(stage.from, stage.to))
            .sum()
    }

    pub(crate) fn error(&self) -> Option<&JobError> {
        self.attempt?.error.as_ref()
    }
}

impl<'a> Waterfall<'a> {
    /// Builds the waterfall of a job from its attempts and its events, oldest first. Without its events, the beginning of an
    /// attempt is the end of the one before.
    pub(crate) fn of(job: &'a Job, events: &[EventEnvelope], now: Timestamp) -> Self {
        let (beginnings, next) = beginnings(job, events);
        let attempts = job.attempts.as_deref().unwrap_or_default();
        let mut rows = Vec::with_capacity(attempts.len() + 1);
        let mut waiting_since = job.created_at;
        for attempt in attempts {
            // Older attempts than the listed ones are not known.
            let is_first = rows.is_empty() && attempt.attempt > 1;
            let otherwise = Beginning::at(if is_first {
                attempt.started_at
            } else {
                waiting_since
            });
            let beginning = beginnings
                .get(&attempt.attempt)
                .copied()
                .unwrap_or(otherwise);
            let stages = beginning.stages(attempt, now);
            waiting_since = attempt.finished_at.unwrap_or(now);
            rows.push(WaterfallRow {
                attempt: Some(attempt),
                stages,
            });
        }
        let next = next.unwrap_or(Beginning::at(waiting_since));
        rows.extend(waiting_row(job, next, now));
        let stages = rows.iter().flat_map(|row| &row.stages);
        let (starts, ends) = (
            stages.clone().map(|stage| stage.from),
            stages.map(|stage| stage.to),
        );
        Self {
            start: starts.min().unwrap_or(job.created_at),
            end: ends.max().unwrap_or(now),
            rows,
        }
    }
}

impl Beginning {
    fn at(time: Timestamp) -> Self {
        Self {
            waiting_since: time,
            ready_at: time,
            claimed_at: time,
        }
    }

    fn stages(self, attempt: &JobAttempt, now: Timestamp) -> Vec<Stage> {
        let started = attempt.started_at;
        let claimed = if self.claimed_at > self.waiting_since {
            self.claimed_at
        } else {
            started
        };
        let ended = attempt.finished_at.unwrap_or(now).max(started);
        stages(&[
            (
                StageKind::Delayed,
                self.waiting_since,
                self.ready_at.min(claimed),
            ),
            (StageKind::Queued, self.ready_at.min(claimed), claimed),
            (StageKind::Claimed, claimed, started),
            (StageKind::Running, started, ended),
        ])
    }
}

/// Returns the stages that take time, and always the run. There is at least one.
fn stages(all: &[(StageKind, Timestamp, Timestamp)]) -> Vec<Stage> {
    let mut stages = all.iter().map(|(kind, from, to)| Stage {
        kind: *kind,
        from: *from,
        to: *to,
    });
    let is_kept = |stage: &Stage| stage.from < stage.to || stage.kind == StageKind::Running;
    let mut kept: Vec<_> = stages.clone().filter(is_kept).collect();
    if kept.is_empty() {
        kept.extend(stages.next_back());
    }
    kept
}

/// Returns the time after the last attempt of a job that waits for another one, or that ended without any.
fn waiting_row<'a>(job: &Job, next: Beginning, now: Timestamp) -> Option<WaterfallRow<'a>> {
    let is_waiting = !matches!(job.status, JobStatus::Executing) && !job.status.is_terminal();
    let was_never_started = job.attempt == 0;
    if !is_waiting && !was_never_started {
        return None;
    }
    let end = job.finished_at.unwrap_or(now).max(next.waiting_since);
    let ready_at = job
        .run_at
        .unwrap_or(next.ready_at)
        .clamp(next.waiting_since, end);
    let stages = stages(&[
        (StageKind::Delayed, next.waiting_since, ready_at),
        (StageKind::Queued, ready_at, end),
    ]);
    Some(WaterfallRow {
        attempt: None,
        stages,
    })
}

/// Returns the beginning of each attempt that the events contain, and that of the next one.
fn beginnings(
    job: &Job,
    events: &[EventEnvelope],
) -> (BTreeMap<u32, Beginning>, Option<Beginning>) {
    let mut known = BTreeMap::new();
    let mut next: Option<Beginning> = None;
    for event in events {
        let at = event.occurred_at;
        match event.event_type {
            EventType::Created | EventType::Retrying | EventType::Requeued => {
                let mut beginning = Beginning::at(at);
                beginning.ready_at = event.payload.run_at.unwrap_or(at).max(at);
                next = Some(beginning);
            }
            EventType::Due => {
                if let Some(next) = &mut next {
                    next.ready_at = at.max(next.waiting_since);
                }
            }
            EventType::Validated => {
                if let Some(next) = &mut next {
                    next.claimed_at = at;
                }
            }
            EventType::Started => {
                let attempt = event.payload.attempt.unwrap_or(job.attempt);
                known.extend(next.take().map(|beginning| (attempt, beginning)));
            }
            _ => {}
        }
    }
    (known, next)
}

#[cfg(test)]
mod tests;
