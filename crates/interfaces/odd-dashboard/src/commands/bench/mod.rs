use std::path::PathBuf;

use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::settings::ClientSettings;

mod args;
mod cluster_file;
mod connection;
mod event_arrivals;
mod latency;
mod load;
mod process_stats;
mod report;
mod round;
mod server;
mod startup;
mod telemetry;
mod workload;

pub(crate) use args::Args;

use cluster_file::ClusterFile;
use report::Report;
use server::Server;
use telemetry::{Collector, Comparison};
use workload::Workload;

pub(crate) fn run(args: Args, context: &Context) -> Result<Exit, Failure> {
    let workload = Workload::new(&args);
    if args.telemetry {
        return context.block_on(compare_telemetry(&args, &workload, context));
    }
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

/// Runs every round on two observatories, one with telemetry, and prints how they compare. They take turns to be first, so
/// that neither always finds the machine warmer. The first pair of rounds does not count.
async fn compare_telemetry(
    args: &Args,
    workload: &Workload,
    context: &Context,
) -> Result<Exit, Failure> {
    let dir = parent_dir(args, context)?;
    let collector = Collector::start().await?;
    let plain = Server::start(&dir, None).await?;
    let observed = Server::start(&dir, Some(collector.url().to_owned())).await?;
    let mut report = Report::new(workload, Some(plain.ready_after()));
    let mut rounds = Vec::new();
    for number in 0..=args.rounds {
        let mut turns = [(&plain, "without"), (&observed, "with")];
        if number % 2 == 0 {
            turns.reverse();
        }
        for (server, name) in turns {
            let is_observed = name == "with";
            let scrape = || telemetry::scrape(server.urls());
            let scraping = is_observed.then(scrape).transpose()?;
            let settings = endpoints(args, context, Some(server))?;
            let gateways = [settings.gateway_url.clone()];
            let round = round::run(workload, settings, &gateways, &[server.pid()]).await?;
            drop(scraping);
            if is_observed {
                // The next round must not share the machine with the last exports.
                collector.wait_until_quiet().await;
            }
            let line = report::round_line(number, &round);
            let counts = if number == 0 { ", not counted" } else { "" };
            let printer = &context.printer;
            printer.note(&format!("{line}, {name} telemetry{counts}"));
            match number {
                0 => {}
                _ if is_observed => rounds.push(round),
                _ => report.rounds.push(round),
            }
        }
        if number == 0 {
            collector.reset();
        }
    }
    plain.stop().await?;
    observed.stop().await?;
    report.telemetry = Some(Comparison::new(&report.rounds, rounds, &collector));
    report.print(context)?;
    Ok(Exit::Ok)
}

async fn start(args: &Args, context: &Context) -> Result<Option<Server>, Failure> {
    if args.url.is_some() || args.cluster.is_some() {
        return Ok(None);
    }
    let dir = parent_dir(args, context)?;
    Server::start(&dir, None).await.map(Some)
}

fn parent_dir(args: &Args, context: &Context) -> Result<PathBuf, Failure> {
    Ok(match &args.dir {
        Some(dir) => dir.clone(),
        None => crate::settings::data_dir(&context.sources, None)?
            .parent()
            .map_or_else(std::env::temp_dir, PathBuf::from),
    })
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
