use std::path::PathBuf;
use std::time::Duration;

use odd_client::Url;
use odd_contracts::JobType;

use crate::cli::TEMPLATE;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::settings::{ClientSettings, parse_url};

mod cluster_file;
mod connection;
mod latency;
mod load;
mod process_stats;
mod report;
mod round;
mod seen;
mod server;
mod startup;
mod workload;

use cluster_file::ClusterFile;
use report::Report;
use server::Server;
use workload::Workload;

const EXAMPLES: &str = "\
Examples:
  odd-dashboard bench                                     100,000 jobs, one per request
  odd-dashboard bench --jobs 1000000 --batch 1000 --producers 4
  odd-dashboard bench --jobs 4000 --rate 200              latency under a steady load
  odd-dashboard bench --jobs 1000000 --rounds 2           does the cost per job grow?
  odd-dashboard bench --jobs 1000000 --batch 1000 --startup";

/// Measure an observatory: rates, latencies, CPU and memory
///
/// Starts one of its own in a temporary data directory, so that its CPU time and memory are its own, loads it
/// over HTTP, and waits until every job is finished in the store and counted in the views. Nothing else should
/// run on the machine.
#[derive(Debug, clap::Args)]
#[command(before_help = EXAMPLES, help_template = TEMPLATE)]
pub(crate) struct Args {
    /// Jobs per round
    #[arg(long, value_name = "N", default_value_t = 100_000, value_parser = clap::value_parser!(u64).range(1..))]
    jobs: u64,
    /// Connections that submit at the same time
    #[arg(long, value_name = "P", default_value_t = 64, value_parser = clap::value_parser!(u32).range(1..=1024))]
    producers: u32,
    /// Jobs per request
    #[arg(long, value_name = "B", default_value_t = 1, value_parser = clap::value_parser!(u64).range(1..=10_000))]
    batch: u64,
    /// Size of each payload
    #[arg(long, value_name = "BYTES", default_value_t = 100)]
    payload_bytes: usize,
    /// Submit at this steady rate instead of as fast as possible
    #[arg(long, value_name = "JOBS/S", value_parser = clap::value_parser!(u32).range(1..))]
    rate: Option<u32>,
    /// Type of the jobs
    #[arg(long = "type", value_name = "TYPE", default_value = "echo")]
    job_type: JobType,
    /// Repeat on the same observatory this many times
    #[arg(long, value_name = "R", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    rounds: u32,
    /// Measure the time until ready on an empty directory and after the load, and the CPU time while idle
    #[arg(long, conflicts_with = "url")]
    startup: bool,
    /// Load the observatory whose gateway is here instead of an own one; its CPU time and memory stay unknown
    #[arg(long, value_name = "URL", value_parser = parse_url)]
    url: Option<Url>,
    /// Load the distributed observatory that `cargo xtask up --cluster` started and described in this file
    #[arg(long, value_name = "FILE", conflicts_with_all = ["url", "startup", "dir"])]
    cluster: Option<PathBuf>,
    /// Where to make the temporary data directory; must be on a real disk [default: beside the usual one]
    #[arg(long, value_name = "DIR", conflicts_with = "url")]
    dir: Option<PathBuf>,
}

/// Longest time between two finished jobs before the bench gives up.
const STALL_LIMIT: Duration = Duration::from_secs(60);

pub(crate) fn run(args: Args, context: &Context) -> Result<Exit, Failure> {
    let workload = Workload::new(&args);
    context.block_on(async {
        let cluster = args.cluster.as_deref().map(ClusterFile::read).transpose()?;
        let mut server = start(&args, context).await?;
        let mut report = Report::new(&workload, server.as_ref().map(Server::ready_after));
        if args.startup {
            report.idle_empty = startup::idle(server.as_ref()).await?;
        }
        let mut settings = endpoints(&args, context, server.as_ref())?;
        let mut gateways = vec![settings.gateway_url.clone()];
        if let Some(cluster) = &cluster {
            gateways = cluster.gateways()?;
            settings.read_model_url = cluster.read_model()?;
        }
        for number in 1..=args.rounds {
            let mut pids: Vec<u32> = server.iter().map(Server::pid).collect();
            pids.extend(cluster.iter().flat_map(|cluster| &cluster.pids));
            let round = round::run(&workload, settings.clone(), &gateways, &pids).await?;
            context.printer.note(&report::round_line(number, &round));
            report.rounds.push(round);
        }
        if let Some(server) = server.as_mut().filter(|_| args.startup) {
            startup::measure_loaded(server, &mut report).await?;
        }
        if let Some(server) = server {
            server.stop().await?;
        }
        report.print(context)?;
        Ok(Exit::Ok)
    })
}

async fn start(args: &Args, context: &Context) -> Result<Option<Server>, Failure> {
    if args.url.is_some() || args.cluster.is_some() {
        return Ok(None);
    }
    let dir = match &args.dir {
        Some(dir) => dir.clone(),
        None => crate::settings::data_dir(&context.sources, None)?
            .parent()
            .map_or_else(std::env::temp_dir, PathBuf::from),
    };
    Server::start(&dir).await.map(Some)
}

fn endpoints(
    args: &Args,
    context: &Context,
    server: Option<&Server>,
) -> Result<ClientSettings, Failure> {
    let mut settings = context.client_settings()?;
    if let Some(server) = server {
        settings.gateway_url = server.url("gateway")?;
        settings.read_model_url = server.url("read-model")?;
        settings.token = None;
    }
    if let Some(url) = &args.url {
        settings.gateway_url = url.clone();
    }
    Ok(settings)
}
