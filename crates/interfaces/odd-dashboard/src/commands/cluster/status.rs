use odd_client::inert;
use odd_deploy::{Node, PodProblem, Snapshot, Workload};
use serde::Serialize;

use super::name::Name;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Column, Table};

const EXAMPLES: &str = "  odd-dashboard cluster status
  odd-dashboard cluster status -o json | jq .problems";

/// Show the cluster, its services and what is wrong with them; exit 1 unless everything is ready
#[derive(Debug, clap::Args)]
#[command(before_help = EXAMPLES)]
pub(super) struct Args {
    #[command(flatten)]
    name: Name,
}

/// The state of a cluster, for programs.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Status {
    name: String,
    exists: bool,
    is_ready: bool,
    nodes: Vec<Node>,
    services: Vec<Workload>,
    problems: Vec<PodProblem>,
}

pub(super) fn run(args: Args, context: &Context) -> Result<Exit, Failure> {
    context.block_on(async {
        let status = read(args.name, context).await?;
        let names = status.services.iter().map(|it| &it.name);
        context
            .printer
            .value(&status, names, |_| status.text(context))?;
        Ok(match status.is_ready {
            true => Exit::Ok,
            false => Exit::Failure,
        })
    })
}

async fn read(name: Name, context: &Context) -> Result<Status, Failure> {
    let cluster = name.find(context).await?;
    let exists = cluster.exists().await?;
    let (mut nodes, mut snapshot) = (Vec::new(), Snapshot::default());
    if exists {
        cluster.connect().await?;
        nodes = cluster.nodes().await?;
        snapshot = cluster.snapshot().await?;
    }
    Ok(Status {
        name: name.name,
        exists,
        is_ready: snapshot.is_ready() && nodes.iter().all(|it| it.is_ready),
        nodes,
        services: snapshot.workloads,
        problems: snapshot.problems,
    })
}

impl Status {
    fn text(&self, context: &Context) -> String {
        if !self.exists {
            return format!(
                "There is no cluster `{}`; `odd-dashboard cluster up` creates it.\n",
                self.name
            );
        }
        let state = |is_ready| match is_ready {
            true => "ready",
            false => "not ready",
        };
        let mut table = Table::of(vec![
            Column::whole("NAME"),
            Column::whole("PODS"),
            Column::whole("STATE"),
        ]);
        for node in &self.nodes {
            let name = format!("node {}", node.name);
            table.row(vec![name, String::new(), state(node.is_ready).to_owned()]);
        }
        for service in &self.services {
            table.row(vec![
                service.name.clone(),
                format!("{}/{}", service.ready, service.desired),
                state(service.is_ready).to_owned(),
            ]);
        }
        let mut text = table.render_in(context.printer.layout());
        for problem in &self.problems {
            let (pod, reason, message) = (&problem.pod, &problem.reason, &problem.message);
            text.push('\n');
            text.push_str(&inert(&format!("{pod}: {reason}: {message}")));
        }
        if !self.problems.is_empty() {
            text.push('\n');
        }
        text
    }
}
