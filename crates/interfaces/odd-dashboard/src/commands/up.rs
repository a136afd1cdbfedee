use std::net::SocketAddr;
use std::path::PathBuf;

use odd_service_kit::HttpConfig;

use crate::commands::announce::UpAnnouncements;
use crate::commands::{compose, role_process};
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::observatory::{DataDir, Listeners, Observatory};
use crate::role_name::RoleName;
use crate::settings::{
    ObservatoryFlags, ObservatorySettings, check_alert_webhook, check_trace_endpoint,
};
use crate::signals::Signals;

const EXAMPLES: &str = "  odd-dashboard up
  odd-dashboard up --data-dir ./data --gateway-addr 127.0.0.1:0
  ODD_PROCESS_RUN_ALLOW=/usr/bin/convert odd-dashboard up
  odd-dashboard up --compose demo";

/// Start the observatory: every role in this process, on one data directory
///
/// Ctrl+C, SIGTERM or SIGHUP stops it gracefully: running jobs are finished, or released for the next start. A second signal,
/// at least half a second later, stops it at once. Accepted jobs are safe in both cases. Closing the terminal sends SIGHUP; under
/// `nohup`, it keeps running.
#[derive(Debug, clap::Args)]
#[command(before_help = EXAMPLES)]
#[command(mut_arg("compose", |arg| arg.conflicts_with_all(OPTIONS_OF_THE_PROCESS)))]
pub(crate) struct Args {
    /// Data directory [env: ODD_DATA_DIR]
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,
    /// Listen address of the gateway [env: ODD_GATEWAY_ADDR]
    #[arg(long, value_name = "ADDR")]
    gateway_addr: Option<SocketAddr>,
    /// Listen address of the read-model [env: ODD_READ_MODEL_ADDR]
    #[arg(long, value_name = "ADDR")]
    read_model_addr: Option<SocketAddr>,
    /// Listen address of the web dashboard [env: ODD_WEB_ADDR]
    #[arg(long, value_name = "ADDR")]
    web_addr: Option<SocketAddr>,
    /// Listen address of the health checks and metrics of the processor [env: ODD_PROCESSOR_ADDR]
    #[arg(long, value_name = "ADDR")]
    processor_addr: Option<SocketAddr>,
    /// Listen address of the health checks and metrics of the metrics-engine [env: ODD_METRICS_ENGINE_ADDR]
    #[arg(long, value_name = "ADDR")]
    metrics_engine_addr: Option<SocketAddr>,
    /// Listen address of the terminals for browsers [env: ODD_PTY_ADDR]
    #[arg(long, value_name = "ADDR")]
    pty_addr: Option<SocketAddr>,
    /// Listen address of the health checks and metrics of the web-pty-server [env: ODD_PTY_METRICS_ADDR]
    #[arg(long, value_name = "ADDR")]
    pty_metrics_addr: Option<SocketAddr>,
    /// Number of jobs that run at the same time [env: ODD_WORKER_CONCURRENCY]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    concurrency: Option<u32>,
    /// Allow `drill` to break this deployment on purpose, for a limited time [env: ODD_ALLOW_DRILLS]
    #[arg(long)]
    allow_drills: bool,
    /// Allow listening beyond loopback without tokens: everyone who can reach the port has full access. Also allow a webhook,
    /// and traces with credentials, without TLS
    #[arg(long)]
    insecure: bool,
    #[command(flatten)]
    compose: compose::UpArgs,
}

/// The options that containers do not use: they have their own addresses, data and settings.
const OPTIONS_OF_THE_PROCESS: [&str; 11] = [
    "data_dir",
    "gateway_addr",
    "read_model_addr",
    "web_addr",
    "processor_addr",
    "metrics_engine_addr",
    "pty_addr",
    "pty_metrics_addr",
    "concurrency",
    "allow_drills",
    "insecure",
];

pub(crate) fn run(args: Args, context: &Context) -> Result<Exit, Failure> {
    if let Some(mode) = args.compose.compose {
        return compose::up(mode, args.compose, context);
    }
    let insecure = args.insecure;
    let settings = ObservatorySettings::read(&context.sources, args.flags())?;
    let http = role_process::http_config(&settings, &RoleName::ALL, insecure)?;
    let webhook = settings.alert_webhook.as_ref();
    check_alert_webhook(&context.sources, webhook, insecure)?;
    check_trace_endpoint(&context.sources, settings.traces.as_ref(), insecure)?;
    role_process::start_logging(&settings, context.printer.verbose)?;
    role_process::run(serve(&settings, http, context))
}

async fn serve(
    settings: &ObservatorySettings,
    http: HttpConfig,
    context: &Context,
) -> Result<Exit, Failure> {
    // First of all, because an early signal would end the process without cleaning up.
    let signals = Signals::listen_with_hangup();
    let dir = DataDir::open(&settings.data_dir)?;
    let listeners = Listeners::bind(&settings.addresses).await?;
    let urls = listeners.urls()?;
    let pty_metrics_url = listeners.pty_metrics_url()?;
    let data_dir = std::path::absolute(&settings.data_dir)?;
    let announcements = UpAnnouncements {
        printer: context.printer,
        data_dir: &data_dir,
        urls: &urls,
        pty_metrics_url: &pty_metrics_url,
    };
    announcements.listening();
    let observatory = Observatory::start(settings, http, dir, listeners).await?;
    let on_ready = || announcements.ready();
    role_process::until_signalled(signals, |stop| {
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
            web_addr: self.web_addr,
            processor_addr: self.processor_addr,
            metrics_engine_addr: self.metrics_engine_addr,
            pty_addr: self.pty_addr,
            pty_metrics_addr: self.pty_metrics_addr,
            concurrency: self.concurrency,
            allow_drills: self.allow_drills,
        }
    }
}
