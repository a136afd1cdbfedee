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
mod workload;

pub(crate) use args::Args;

use cluster_file::ClusterFile;
use report::Report;
use server::Server;
use workload::Workload;

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
