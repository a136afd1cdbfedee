use odd_client::Client;

use crate::commands::watch::WatchArgs;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;

mod report;
mod text;

use self::report::{Report, gather};

const EXAMPLES: &str = "  odd-dashboard status
  odd-dashboard status --watch
  odd-dashboard status -o json
  until odd-dashboard status -q > /dev/null; do sleep 1; done   wait until every service is up";

/// Show what is wrong, the services and the numbers of jobs; exit 1 unless every service is up
#[derive(Debug, clap::Args)]
#[command(before_help = EXAMPLES)]
pub(crate) struct Args {
    #[command(flatten)]
    watch: WatchArgs,
}

pub(crate) fn run(args: Args, context: &Context) -> Result<Exit, Failure> {
    context.with_client(async |client| match args.watch.watch(context) {
        Some(watch) => {
            let fetch = async || gather(&client).await;
            let text = |(report, _): &(Report, _), _| text::text(report, context.printer.layout());
            watch
                .run(fetch, text, |(report, _)| print(report, context))
                .await
        }
        None => once(&client, context).await,
    })
}

async fn once(client: &Client, context: &Context) -> Result<Exit, Failure> {
    let (report, failure) = gather(client).await?;
    print(&report, context)?;
    match failure {
        Some(failure) => Err(failure),
        None if report.is_every_service_up() => Ok(Exit::Ok),
        None => Ok(Exit::Failure),
    }
}

fn print(report: &Report, context: &Context) -> Result<(), Failure> {
    let services = report.services.services.iter();
    let names = services.map(|service| service.name.as_str());
    context.printer.value(report, names, |_| {
        text::text(report, context.printer.layout())
    })
}
