use std::net::SocketAddr;

use odd_service_kit::HttpConfig;

use crate::commands::announce::Announcement;
use crate::commands::{role_process, serve_web_pty};
use crate::completion;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::observatory::{self, bind, url};
use crate::role_name::RoleName;
use crate::settings::{
    ClusterSettings, ObservatoryFlags, ObservatorySettings, check_server_urls, check_trace_endpoint,
};
use crate::signals::Signals;

const EXAMPLES: &str = "  odd-dashboard serve gateway
  odd-dashboard serve processor --concurrency 64
  odd-dashboard serve read-model --addr 0.0.0.0:8080";

/// Run one role of the distributed deployment, on PostgreSQL, RabbitMQ, Redis and MongoDB
///
/// The web role uses none of these: it serves the dashboard for the gateway and the read-model at ODD_GATEWAY_URL and
/// ODD_READ_MODEL_URL.
///
/// Any number of processes can run the same role. SIGTERM or SIGHUP stops one gracefully: running jobs are finished, or released
/// for other processors. Under `nohup`, it keeps running when the terminal is closed.
#[derive(Debug, clap::Args)]
#[command(before_help = EXAMPLES)]
pub(crate) struct Args {
    /// gateway, processor, metrics-engine, read-model, web or web-pty
    #[arg(value_name = "ROLE", value_parser = RoleName::parse, add = completion::names(RoleName::names()))]
    role: RoleName,
    /// Listen address [env: ODD_GATEWAY_ADDR, ODD_PROCESSOR_ADDR, ODD_METRICS_ENGINE_ADDR, ODD_READ_MODEL_ADDR, ODD_WEB_ADDR or ODD_PTY_ADDR]
    #[arg(long, value_name = "ADDR")]
    addr: Option<SocketAddr>,
    /// Number of jobs that a processor runs at the same time [env: ODD_WORKER_CONCURRENCY]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    concurrency: Option<u32>,
    /// Allow `drill` to break this deployment on purpose, for a limited time [env: ODD_ALLOW_DRILLS]
    #[arg(long)]
    allow_drills: bool,
    /// Allow listening beyond loopback without tokens, and servers without passwords or TLS: everyone who can reach them has full access. Also allow sending traces with credentials but without TLS
    #[arg(long)]
    insecure: bool,
}

pub(crate) fn run(args: Args, context: &Context) -> Result<Exit, Failure> {
    let role = args.role;
    let settings = ObservatorySettings::read(&context.sources, args.flags())?;
    if role == RoleName::WebPty {
        return serve_web_pty::run(&settings, args.insecure, context);
    }
    let cluster = match role {
        RoleName::Web => None,
        _ => Some(ClusterSettings::read(&context.sources, role)?),
    };
    let http = role_process::http_config(&settings, &[role], args.insecure)?;
    let address = settings.addresses.of(role);
    let beyond = (!address.ip().to_canonical().is_loopback()).then(|| address.to_string());
    if let Some(cluster) = &cluster {
        check_server_urls(&context.sources, cluster, beyond, args.insecure)?;
    }
    check_trace_endpoint(&context.sources, settings.traces.as_ref(), args.insecure)?;
    role_process::start_logging(&settings, context.printer.verbose)?;
    role_process::run(serve(role, &settings, cluster.as_ref(), http, context))
}

async fn serve(
    role: RoleName,
    settings: &ObservatorySettings,
    cluster: Option<&ClusterSettings>,
    http: HttpConfig,
    context: &Context,
) -> Result<Exit, Failure> {
    // First of all, because an early signal would end the process without cleaning up.
    let signals = Signals::listen_with_hangup();
    let listener = bind(role, &settings.addresses).await?;
    let address = url(listener.local_addr()?);
    let listening = Announcement::Listening {
        role: role.as_str(),
        url: &address,
    };
    listening.print(context.printer);
    let on_ready = || Announcement::Ready.print(context.printer);
    role_process::until_signalled(signals, |stop| {
        let stop = stop.cancelled_owned();
        async move {
            match cluster {
                Some(cluster) => {
                    observatory::serve(role, settings, cluster, http, listener, stop, on_ready)
                        .await
                }
                None => observatory::serve_web(settings, http, listener, stop, on_ready).await,
            }
        }
    })
    .await
}

impl Args {
    fn flags(&self) -> ObservatoryFlags {
        let at = |role| self.addr.filter(|_| self.role == role);
        ObservatoryFlags {
            gateway_addr: at(RoleName::Gateway),
            read_model_addr: at(RoleName::ReadModel),
            web_addr: at(RoleName::Web),
            processor_addr: at(RoleName::Processor),
            metrics_engine_addr: at(RoleName::MetricsEngine),
            pty_addr: at(RoleName::WebPty),
            concurrency: self.concurrency,
            allow_drills: self.allow_drills,
            ..ObservatoryFlags::default()
        }
    }
}
