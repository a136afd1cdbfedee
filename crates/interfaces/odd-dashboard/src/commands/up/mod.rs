use std::net::SocketAddr;
use std::path::PathBuf;

use odd_service_kit::HttpConfig;

use crate::cli::TEMPLATE;
use crate::commands::starting;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::observatory::{DataDir, Listeners, Observatory, RoleName};
use crate::settings::{ObservatoryFlags, ObservatorySettings};
use crate::signals::Signals;

mod announce;

const EXAMPLES: &str = "\
Examples:
  odd-dashboard up
  odd-dashboard up --data-dir ./data --gateway-addr 127.0.0.1:0
  ODD_PROCESS_RUN_ALLOW=/usr/bin/convert odd-dashboard up
";

/// Start the observatory: every role in this process, on one data directory
///
/// Ctrl+C or SIGTERM stops it: running jobs are finished or given back, and everything is recorded. A second
/// one, half a second later or more, stops it at once; what was accepted is safe in either case.
#[derive(Debug, clap::Args)]
#[command(before_help = EXAMPLES, help_template = TEMPLATE)]
pub(crate) struct Args {
    /// Where to keep everything [env: ODD_DATA_DIR]
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,
    /// Where the gateway listens [env: ODD_GATEWAY_ADDR]
    #[arg(long, value_name = "ADDR")]
    gateway_addr: Option<SocketAddr>,
    /// Where the read-model listens [env: ODD_READ_MODEL_ADDR]
    #[arg(long, value_name = "ADDR")]
    read_model_addr: Option<SocketAddr>,
    /// Where the processor answers for its health and metrics [env: ODD_PROCESSOR_ADDR]
    #[arg(long, value_name = "ADDR")]
    processor_addr: Option<SocketAddr>,
    /// Where the metrics-engine answers for its health and metrics [env: ODD_METRICS_ENGINE_ADDR]
    #[arg(long, value_name = "ADDR")]
    metrics_engine_addr: Option<SocketAddr>,
    /// Jobs to run at once [env: ODD_WORKER_CONCURRENCY]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    concurrency: Option<u32>,
    /// Listen beyond loopback although there are no tokens: whoever reaches the port may do everything
    #[arg(long)]
    insecure: bool,
}

pub(crate) fn run(args: Args, context: &Context) -> Result<Exit, Failure> {
    context.warn_of_unknown_variables();
    let insecure = args.insecure;
    let settings = ObservatorySettings::read(&context.sources, args.flags())?;
    let http = starting::http_config(&settings, &RoleName::ALL, insecure)?;
    starting::start_logging(&settings, context.printer.verbose)?;
    starting::run(serve(&settings, http, context))
}

async fn serve(
    settings: &ObservatorySettings,
    http: HttpConfig,
    context: &Context,
) -> Result<Exit, Failure> {
    // From the very start, or an early signal would end the process without a trace.
    let signals = Signals::listen();
    let dir = DataDir::open(&settings.data_dir)?;
    let listeners = Listeners::bind(&settings.addresses).await?;
    let urls = listeners.urls()?;
    announce::listening(context, &urls);
    let observatory = Observatory::start(settings, http, dir, listeners).await?;
    let on_ready = || announce::ready(context, &urls, &settings.data_dir);
    starting::until_signalled(signals, |stop| {
        observatory.run(stop.cancelled_owned(), on_ready)
    })
    .await
}

impl Args {
    fn flags(self) -> ObservatoryFlags {
        ObservatoryFlags {
            data_dir: self.data_dir,
            gateway_addr: self.gateway_addr,
            read_model_addr: self.read_model_addr,
            processor_addr: self.processor_addr,
            metrics_engine_addr: self.metrics_engine_addr,
            concurrency: self.concurrency,
        }
    }
}
