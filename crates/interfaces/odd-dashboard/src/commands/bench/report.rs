use std::time::Duration;

use serde::Serialize;

use crate::commands::bench::latency::Percentiles;
use crate::commands::bench::round::Round;
use crate::commands::bench::telemetry::Comparison;
use crate::commands::bench::workload::Workload;
use crate::context::Context;
use crate::failure::Failure;
use crate::output::pairs;

/// Raised when a field changes its meaning or is removed.
const FORMAT_VERSION: u32 = 1;

/// The measurements of a bench, in the format of `-o json`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Report {
    format_version: u32,
    workload: Shape,
    pub(super) rounds: Vec<Round>,
    /// The same rounds on an observatory with a log of level info, traces, and one more scraper.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) telemetry: Option<Comparison>,
    /// Finished jobs per second of the last round, relative to the first one.
    last_to_first: Option<f64>,
    ready_empty_seconds: Option<f64>,
    pub(super) ready_loaded_seconds: Option<f64>,
    /// CPU time while idle on an empty directory, as a share of one core.
    pub(super) idle_empty: Option<f64>,
    /// CPU time while idle with the jobs of all rounds in the store, as a share of one core.
    pub(super) idle_loaded: Option<f64>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Shape {
    jobs: u64,
    producers: u32,
    batch: u64,
    payload_bytes: usize,
    rate: Option<u32>,
    #[serde(rename = "type")]
    job_type: String,
}

impl Report {
    pub(super) fn new(workload: &Workload, ready_after: Option<Duration>) -> Self {
        Self {
            format_version: FORMAT_VERSION,
            workload: Shape {
                jobs: workload.jobs,
                producers: workload.producers,
                batch: workload.batch,
                payload_bytes: workload.payload_bytes,
                rate: workload.rate,
                job_type: workload.job_type.clone(),
            },
            rounds: Vec::new(),
            telemetry: None,
            last_to_first: None,
            ready_empty_seconds: ready_after.map(|after| after.as_secs_f64()),
            ready_loaded_seconds: None,
            idle_empty: None,
            idle_loaded: None,
        }
    }

    pub(super) fn print(mut self, context: &Context) -> Result<(), Failure> {
        if let [first, .., last] = self.rounds.as_slice() {
            self.last_to_first = Some(last.finished_per_second / first.finished_per_second);
        }
        context.printer.value(&self, [""; 0], |_| self.text())
    }

    fn text(&self) -> String {
        let shape = &self.workload;
        let pace = shape.rate.map_or_else(
            || "as fast as possible".to_owned(),
            |rate| format!("at {rate} jobs/s"),
        );
        let mut text = format!(
            "{} {} jobs of {} bytes per round, {} per request, {} connections, {pace}\n",
            shape.jobs, shape.job_type, shape.payload_bytes, shape.batch, shape.producers
        );
        for (index, round) in self.rounds.iter().enumerate() {
            text.push_str(&format!("\nround {}\n{}", index + 1, round_text(round)));
        }
        let compared = self.telemetry.as_ref();
        if let Some(compared) = compared {
            for (index, round) in compared.rounds.iter().enumerate() {
                let number = index + 1;
                text.push_str(&format!(
                    "\nround {number} with telemetry\n{}",
                    round_text(round)
                ));
            }
        }
        let rows: Vec<(&str, String)> = [
            (
                "rate with telemetry",
                compared
                    .and_then(|compared| compared.rate_ratio)
                    .map(percent),
            ),
            (
                "CPU with telemetry",
                compared
                    .and_then(|compared| compared.cpu_ratio)
                    .map(percent),
            ),
            ("traces exported", compared.map(exported)),
            ("last round to first", self.last_to_first.map(percent)),
            ("ready, empty", self.ready_empty_seconds.map(seconds)),
            ("ready, loaded", self.ready_loaded_seconds.map(seconds)),
            ("idle CPU, empty", self.idle_empty.map(percent)),
            ("idle CPU, loaded", self.idle_loaded.map(percent)),
        ]
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)))
        .collect();
        text.push('\n');
        text.push_str(&pairs(&rows));
        text
    }
}

/// Summarizes a round in one line, for a message.
pub(super) fn round_line(number: u32, round: &Round) -> String {
    format!(
        "round {number}: {:.0} accepted/s, {:.0} finished/s",
        round.accepted_per_second, round.finished_per_second
    )
}

fn round_text(round: &Round) -> String {
    let rows: Vec<(&str, String)> = [
        (
            "  accepted",
            Some(format!("{:.0} jobs/s", round.accepted_per_second)),
        ),
        (
            "  finished",
            Some(format!(
                "{:.0} jobs/s ({} in {:.2} s)",
                round.finished_per_second, round.jobs, round.seconds
            )),
        ),
        (
            "  submit → start",
            round.submit_to_start.as_ref().map(latency),
        ),
        (
            "  submit → finish",
            round.submit_to_finish.as_ref().map(latency),
        ),
        (
            "  start seen",
            round.submit_to_start_seen.as_ref().map(latency),
        ),
        (
            "  finish seen",
            round.submit_to_finish_seen.as_ref().map(latency),
        ),
        (
            "  server CPU",
            round.server_cpu_seconds_per_1000_jobs.map(cpu),
        ),
        (
            "  generator CPU",
            round.generator_cpu_seconds_per_1000_jobs.map(cpu),
        ),
        ("  server peak", round.server_peak_bytes.map(mebibytes)),
        (
            "  server resident",
            round.server_resident_bytes.map(mebibytes),
        ),
    ]
    .into_iter()
    .filter_map(|(name, value)| Some((name, value?)))
    .collect();
    pairs(&rows)
}

fn exported(compared: &Comparison) -> String {
    format!(
        "{} in {} exports",
        mebibytes(compared.exported_bytes),
        compared.exports
    )
}

fn latency(latency: &Percentiles) -> String {
    format!(
        "p50 {:.3} ms, p95 {:.3} ms, p99 {:.3} ms, max {:.3} ms",
        latency.p50_ms, latency.p95_ms, latency.p99_ms, latency.max_ms
    )
}

fn cpu(seconds: f64) -> String {
    format!("{seconds:.4} s per 1,000 jobs")
}

fn mebibytes(bytes: u64) -> String {
    format!("{:.1} MiB", bytes as f64 / 1_048_576.0)
}

fn seconds(seconds: f64) -> String {
    format!("{seconds:.3} s")
}

fn percent(share: f64) -> String {
    format!("{:.2} %", share * 100.0)
}
