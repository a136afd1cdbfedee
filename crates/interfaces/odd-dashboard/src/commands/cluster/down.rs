use super::name::Name;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::steps::Steps;

const EXAMPLES: &str = "  odd-dashboard cluster down
  odd-dashboard cluster down --yes";

/// Delete the cluster with its data, and its passwords
///
/// Asks for confirmation. If there is no cluster, nothing is done.
#[derive(Debug, clap::Args)]
#[command(before_help = EXAMPLES)]
pub(super) struct Args {
    #[command(flatten)]
    name: Name,
}

pub(super) fn run(args: Args, context: &Context) -> Result<Exit, Failure> {
    let name = &args.name.name;
    Steps::run(context, async |mut steps| {
        let find = async {
            let cluster = args.name.find(context).await?;
            Ok(cluster.exists().await?.then_some(cluster))
        };
        let Some(cluster) = steps.step(find).await? else {
            let text = format!("there is no cluster `{name}`; there is nothing to delete");
            context.printer.note(&text);
            return Ok(Exit::Ok);
        };
        let question = format!("Delete the cluster `{name}` with all its jobs and data?");
        steps.confirm(&question).await?;
        let delete = async { Ok(cluster.delete().await?) };
        steps.step(delete).await?;
        let text = format!("the cluster `{name}` and its data are deleted");
        context.printer.note(&text);
        Ok(Exit::Ok)
    })
}
