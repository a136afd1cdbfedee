use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use crate::completion;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::observatory::probe;
use crate::role_name::RoleName;
use crate::settings::{Addresses, ObservatoryFlags, ObservatorySettings};

const EXAMPLES: &str = "  odd-dashboard healthcheck gateway
  odd-dashboard healthcheck processor --live";

/// How long the answer may take without `--timeout`: less than container runtimes wait by default.
const LIMIT: Duration = Duration::from_secs(4);

/// Check a role that runs on this machine or in this container: exit code 0 if it can do its work, 1 otherwise
///
/// The role is asked at its listen address, which is read from the same settings as by `serve`. Made for the health checks of
/// containers, whose image has no other program.
#[derive(Debug, clap::Args)]
#[command(before_help = EXAMPLES)]
pub(crate) struct Args {
    /// gateway, processor, metrics-engine, read-model, web or web-pty
    #[arg(value_name = "ROLE", value_parser = RoleName::parse, add = completion::names(RoleName::names()))]
    role: RoleName,
    /// Only check that the process answers, not whether its servers can be used
    #[arg(long)]
    live: bool,
}

pub(crate) fn run(args: Args, context: &Context) -> Result<Exit, Failure> {
    let settings = ObservatorySettings::read(&context.sources, ObservatoryFlags::default())?;
    let address = health_address(&settings.addresses, args.role);
    let path = match args.live {
        true => "/healthz",
        false => "/readyz",
    };
    let name = args.role.as_str();
    context.block_on(async {
        let limit = context.timeout().unwrap_or(LIMIT);
        let answer = tokio::time::timeout(limit, probe(&address.to_string(), path)).await;
        match answer {
            Ok(Ok(answer)) if answer.is_success() => {
                context.printer.line(&format!("{name} is healthy"))?;
                Ok(Exit::Ok)
            }
            Ok(Ok(answer)) => Err(Failure::failed(format!(
                "the {name} is not ready: {path} answered {}",
                answer.status
            ))
            .cause(answer.body)
            .hint("its log says what it waits for")),
            Ok(Err(error)) => Err(unreachable(args.role, address).cause(error)),
            Err(_) => {
                Err(unreachable(args.role, address).cause(format!("no answer within {limit:?}")))
            }
        }
    })
}

fn unreachable(role: RoleName, address: SocketAddr) -> Failure {
    Failure::failed(format!(
        "the {} does not answer at {address}",
        role.as_str()
    ))
    .hint(format!(
        "{} must have the same value as for `serve {}`",
        health_variable(role),
        role.as_str()
    ))
}

/// Returns the variable of the address at which the role answers health checks.
const fn health_variable(role: RoleName) -> &'static str {
    match role {
        RoleName::WebPty => "ODD_PTY_METRICS_ADDR",
        _ => role.address_variable(),
    }
}

/// Returns the address at which a role on this machine answers health checks. One that listens on all addresses is reached
/// through loopback.
fn health_address(addresses: &Addresses, role: RoleName) -> SocketAddr {
    let mut address = match role {
        RoleName::WebPty => addresses.web_pty_metrics,
        _ => addresses.of(role),
    };
    if address.ip().is_unspecified() {
        address.set_ip(match address {
            SocketAddr::V4(_) => IpAddr::V4(Ipv4Addr::LOCALHOST),
            SocketAddr::V6(_) => IpAddr::V6(Ipv6Addr::LOCALHOST),
        });
    }
    address
}
