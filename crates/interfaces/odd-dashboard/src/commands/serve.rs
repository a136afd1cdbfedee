use std::net::SocketAddr;

use odd_service_kit::HttpConfig;
use serde_json::json;

use crate::cli::TEMPLATE;
use crate::commands::starting;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::observatory::{self, RoleName, bind, url};
use crate::settings::{ClusterSettings, ObservatoryFlags, ObservatorySettings, check_links};
use crate::signals::Signals;

const EXAMPLES: &str = "\
Examples:
  odd-dashboard serve gateway
  odd-dashboard serve processor --concurrency 64
  odd-dashboard serve read-model --addr 0.0.0.0:8080
";

/// Run one role of the distributed deployment, on PostgreSQL, RabbitMQ, Redis and MongoDB
///
/// Any number of processes may serve the same role. SIGTERM drains it: running jobs are finished or given back, and
/// everything is recorded.
#[derive(Debug, clap::Args)]
#[command(before_help = EXAMPLES, help_template = TEMPLATE)]
pub(crate) struct Args {
    /// Which one: gateway, processor, metrics-engine or read-model
    #[arg(value_name = "ROLE", value_parser = parse_role)]
    role: RoleName,
    /// Where it listens [env: ODD_GATEWAY_ADDR and its like]
    #[arg(long, value_name = "ADDR")]
    addr: Option<SocketAddr>,
    /// Jobs that a processor runs at once [env: ODD_WORKER_CONCURRENCY]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    concurrency: Option<u32>,
    /// Listen beyond loopback without tokens, reach servers without passwords or TLS: strangers may do everything
    #[arg(long)]
    insecure: bool,
}

fn parse_role(text: &str) -> Result<RoleName, String> {
    RoleName::named(text).ok_or_else(|| {
        let names = RoleName::ALL.map(RoleName::as_str);
        format!("there are the roles {}", names.join(", "))
    })
}

pub(crate) fn run(args: Args, context: &Context) -> Result<Exit, Failure> {
    context.warn_of_unknown_variables();
    let role = args.role;
    let settings = ObservatorySettings::read(&context.sources, args.flags())?;
    let cluster = ClusterSettings::read(&context.sources, role)?;
    let http = starting::http_config(&settings, &[role], args.insecure)?;
    let address = role.address(&settings.addresses);
    let beyond = (!address.ip().to_canonical().is_loopback()).then(|| address.to_string());
    check_links(&context.sources, &cluster, beyond, args.insecure)?;
    starting::start_logging(&settings, context.printer.verbose)?;
    starting::run(serve(role, &settings, &cluster, http, context))
}

async fn serve(
    role: RoleName,
    settings: &ObservatorySettings,
    cluster: &ClusterSettings,
    http: HttpConfig,
    context: &Context,
) -> Result<Exit, Failure> {
    // From the very start, or an early signal would end the process without a trace.
    let signals = Signals::listen();
    let listener = bind(role, &settings.addresses).await?;
    let address = url(listener.local_addr()?);
    let say = |line: serde_json::Value| {
        // A role whose announcements nobody reads any more goes on.
        let _ = context.printer.line(&line.to_string());
    };
    say(json!({"event": "listening", "role": role.as_str(), "url": address}));
    let on_ready = || say(json!({"event": "ready"}));
    starting::until_signalled(signals, |stop| {
        let stop = stop.cancelled_owned();
        observatory::serve(role, settings, cluster, http, listener, stop, on_ready)
    })
    .await
}

impl Args {
    fn flags(&self) -> ObservatoryFlags {
        let at = |role| self.addr.filter(|_| self.role == role);
        ObservatoryFlags {
            gateway_addr: at(RoleName::Gateway),
            read_model_addr: at(RoleName::ReadModel),
            processor_addr: at(RoleName::Processor),
            metrics_engine_addr: at(RoleName::MetricsEngine),
            concurrency: self.concurrency,
            ..ObservatoryFlags::default()
        }
    }
}
