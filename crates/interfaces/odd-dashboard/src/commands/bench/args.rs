use std::path::PathBuf;

use odd_client::Url;
use odd_contracts::JobType;

use crate::settings::parse_url;

const EXAMPLES: &str =
    "  odd-dashboard bench                                     100,000 jobs, one per request
  odd-dashboard bench --jobs 1000000 --batch 1000 --producers 4
  odd-dashboard bench --jobs 4000 --rate 200              latency under a steady load
  odd-dashboard bench --jobs 1000000 --rounds 2           compare the first round with the second
  odd-dashboard bench --jobs 1000000 --batch 1000 --startup
  odd-dashboard bench --rounds 5 --telemetry              the cost of logs, traces and a scraper";

/// Measure the throughput, latency, CPU time and memory of an observatory
///
/// Starts a separate observatory in a temporary data directory, submits jobs over HTTP, and waits until every job is
/// finished in the store and counted in the views. Nothing else should run on the machine.
#[derive(Debug, clap::Args)]
#[command(before_help = EXAMPLES)]
pub(crate) struct Args {
    /// Jobs per round
    #[arg(long, value_name = "N", default_value_t = 100_000, value_parser = clap::value_parser!(u64).range(1..))]
    pub(super) jobs: u64,
    /// Number of connections that submit at the same time
    #[arg(long, value_name = "P", default_value_t = 64, value_parser = clap::value_parser!(u32).range(1..=1024))]
    pub(super) producers: u32,
    /// Jobs per request
    #[arg(long, value_name = "B", default_value_t = 1, value_parser = clap::value_parser!(u64).range(1..=10_000))]
    pub(super) batch: u64,
    /// Size of each payload
    #[arg(long, value_name = "BYTES", default_value_t = 100)]
    pub(super) payload_bytes: usize,
    /// Submit at this constant rate instead of as fast as possible
    #[arg(long, value_name = "JOBS/S", value_parser = clap::value_parser!(u32).range(1..))]
    pub(super) rate: Option<u32>,
    /// Type of the jobs
    #[arg(long = "type", value_name = "TYPE", default_value = "echo")]
    pub(super) job_type: JobType,
    /// Number of rounds on the same observatory; 3 by default with --telemetry
    #[arg(long, value_name = "R", default_value_t = 1, default_value_if("telemetry", "true", "3"), value_parser = clap::value_parser!(u32).range(1..))]
    pub(super) rounds: u32,
    /// Also measure the time to start on an empty directory and after the load, and the CPU time while idle
    #[arg(long, conflicts_with = "url")]
    pub(super) startup: bool,
    /// Run every round also on an observatory with telemetry: log level info, one trace in ten, one more scraper
    ///
    /// Both observatories scrape themselves for their alerts. A first pair of rounds is not counted.
    #[arg(long, conflicts_with_all = ["url", "cluster", "startup"])]
    pub(super) telemetry: bool,
    /// Submit to the gateway at this URL instead of starting an observatory; its CPU time and memory are not measured
    #[arg(long, value_name = "URL", value_parser = parse_url)]
    pub(super) url: Option<Url>,
    /// Submit to the cluster that `cargo xtask up --cluster` started and described in this file
    #[arg(long, value_name = "FILE", conflicts_with_all = ["url", "startup", "dir"])]
    pub(super) cluster: Option<PathBuf>,
    /// Parent of the temporary data directory; must be on a real disk [default: next to the usual data directory]
    #[arg(long, value_name = "DIR", conflicts_with = "url")]
    pub(super) dir: Option<PathBuf>,
}
