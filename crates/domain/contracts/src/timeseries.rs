use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::{JobType, QueueName, Timestamp};

/// One metric over time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Timeseries {
    /// The metric.
    pub metric: TimeseriesMetric,
    /// How far back the points reach.
    pub window: TimeseriesWindow,
    /// The type of the jobs; all jobs when absent.
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    pub job_type: Option<JobType>,
    /// The queue of a metric of queues; all queues when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub queue: Option<QueueName>,
    /// The unit of the values.
    pub unit: TimeseriesUnit,
    /// The duration of one point.
    pub step_seconds: u32,
    /// The oldest first, without gaps; the last one is incomplete.
    pub points: Vec<TimeseriesPoint>,
    /// Every event that was committed before this time is included.
    pub as_of: Timestamp,
}

/// One step of a [`Timeseries`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TimeseriesPoint {
    /// Start of the step.
    pub at: Timestamp,
    /// The value; null for a percentile without measurements, and for a metric of queues without samples.
    pub value: Option<f64>,
}

/// The unit of a [`Timeseries`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TimeseriesUnit {
    /// The number of occurrences in the step, or of jobs at one time.
    Count,
    /// Milliseconds.
    Ms,
    /// Seconds.
    Seconds,
}

/// The error of parsing a text that is not a metric.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "must be one of submitted, started, completed, failed, cancelled, retried, wait_p50, wait_p95, wait_p99, run_p50, run_p95, run_p99, queue_depth, queue_oldest_seconds"
)]
pub struct UnknownMetric;

/// The error of parsing a text that is not a window.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("must be one of 15m, 1h, 6h, 24h")]
pub struct UnknownWindow;

/// The metrics of a [`Timeseries`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TimeseriesMetric {
    /// Jobs accepted.
    Submitted,
    /// Attempts started.
    Started,
    /// Jobs that succeeded.
    Completed,
    /// Jobs that failed for good.
    Failed,
    /// Jobs cancelled.
    Cancelled,
    /// Failed attempts that were retried.
    Retried,
    /// Median time from ready to started.
    #[serde(rename = "wait_p50")]
    WaitP50,
    /// 95th percentile of the time from ready to started.
    #[serde(rename = "wait_p95")]
    WaitP95,
    /// 99th percentile of the time from ready to started.
    #[serde(rename = "wait_p99")]
    WaitP99,
    /// Median run time of an attempt.
    #[serde(rename = "run_p50")]
    RunP50,
    /// 95th percentile of the run time of an attempt.
    #[serde(rename = "run_p95")]
    RunP95,
    /// 99th percentile of the run time of an attempt.
    #[serde(rename = "run_p99")]
    RunP99,
    /// Ready jobs: the largest number that was sampled in the step.
    QueueDepth,
    /// Waiting time of the oldest ready job: the longest that was sampled in the step.
    QueueOldestSeconds,
}

/// The time span of a [`Timeseries`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub enum TimeseriesWindow {
    /// 15 minutes in steps of 10 seconds.
    #[serde(rename = "15m")]
    QuarterHour,
    /// One hour in steps of a minute.
    #[default]
    #[serde(rename = "1h")]
    Hour,
    /// Six hours in steps of five minutes.
    #[serde(rename = "6h")]
    SixHours,
    /// A day in steps of 15 minutes.
    #[serde(rename = "24h")]
    Day,
}

impl TimeseriesMetric {
    /// Every metric.
    pub const ALL: [Self; 14] = [
        Self::Submitted,
        Self::Started,
        Self::Completed,
        Self::Failed,
        Self::Cancelled,
        Self::Retried,
        Self::WaitP50,
        Self::WaitP95,
        Self::WaitP99,
        Self::RunP50,
        Self::RunP95,
        Self::RunP99,
        Self::QueueDepth,
        Self::QueueOldestSeconds,
    ];

    /// Returns the name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Submitted => "submitted",
            Self::Started => "started",
            Self::Completed => "completed",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
            Self::Retried => "retried",
            Self::WaitP50 => "wait_p50",
            Self::WaitP95 => "wait_p95",
            Self::WaitP99 => "wait_p99",
            Self::RunP50 => "run_p50",
            Self::RunP95 => "run_p95",
            Self::RunP99 => "run_p99",
            Self::QueueDepth => "queue_depth",
            Self::QueueOldestSeconds => "queue_oldest_seconds",
        }
    }
}

impl TimeseriesWindow {
    /// Every window.
    pub const ALL: [Self; 4] = [Self::QuarterHour, Self::Hour, Self::SixHours, Self::Day];

    /// Returns the name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::QuarterHour => "15m",
            Self::Hour => "1h",
            Self::SixHours => "6h",
            Self::Day => "24h",
        }
    }

    /// Returns the duration of one point.
    pub const fn step_seconds(self) -> u32 {
        match self {
            Self::QuarterHour => 10,
            Self::Hour => 60,
            Self::SixHours => 300,
            Self::Day => 900,
        }
    }

    /// Returns the number of points.
    pub const fn points(self) -> u32 {
        match self {
            Self::QuarterHour => 90,
            Self::Hour => 60,
            Self::SixHours => 72,
            Self::Day => 96,
        }
    }
}

impl fmt::Display for TimeseriesMetric {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for TimeseriesWindow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for TimeseriesMetric {
    type Err = UnknownMetric;
    fn from_str(text: &str) -> Result<Self, UnknownMetric> {
        Self::ALL
            .into_iter()
            .find(|metric| metric.as_str() == text)
            .ok_or(UnknownMetric)
    }
}

impl FromStr for TimeseriesWindow {
    type Err = UnknownWindow;
    fn from_str(text: &str) -> Result<Self, UnknownWindow> {
        Self::ALL
            .into_iter()
            .find(|window| window.as_str() == text)
            .ok_or(UnknownWindow)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_on_the_wire_are_the_names_in_json() {
        for metric in TimeseriesMetric::ALL {
            let json = serde_json::to_string(&metric).expect("serializes");
            assert_eq!(json, format!("\"{metric}\""));
        }
        for window in TimeseriesWindow::ALL {
            let json = serde_json::to_string(&window).expect("serializes");
            assert_eq!(json, format!("\"{window}\""));
        }
    }
}
