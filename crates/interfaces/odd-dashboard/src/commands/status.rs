use odd_client::{Client, ClientError};
use odd_contracts::{Overview, ServiceList, ServiceStatus, Stats};
use serde::Serialize;

use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Table, inert};

const EXAMPLES: &str = "  odd-dashboard status
  odd-dashboard status -o json
  until odd-dashboard status -q > /dev/null; do sleep 1; done   wait until every service is up";

/// Show the services, the numbers of jobs and the alerts; exit 1 unless every service is up
#[derive(Debug, clap::Args)]
#[command(before_help = EXAMPLES)]
pub(crate) struct Args {}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Report {
    services: ServiceList,
    overview: Overview,
}

pub(crate) fn run(_: Args, context: &Context) -> Result<Exit, Failure> {
    context.with_client(async |client| {
        let report = gather(&client).await?;
        let services = &report.services.services;
        let names = services.iter().map(|service| service.name.as_str());
        context.printer.value(&report, names, |_| table(&report))?;
        let all_up = services
            .iter()
            .all(|service| service.status == ServiceStatus::Up);
        Ok(if all_up { Exit::Ok } else { Exit::Failure })
    })
}

async fn gather(client: &Client) -> Result<Report, ClientError> {
    Ok(Report {
        services: client.services().await?,
        overview: client.overview().await?,
    })
}

fn table(report: &Report) -> String {
    let mut services = Table::new(&["SERVICE", "STATUS", "VERSION", "URL", "DETAIL"]);
    for service in &report.services.services {
        services.row(vec![
            inert(&service.name).into_owned(),
            format!("{:?}", service.status).to_lowercase(),
            inert(service.version.as_deref().unwrap_or_default()).into_owned(),
            inert(&service.url).into_owned(),
            inert(service.detail.as_deref().unwrap_or_default()).into_owned(),
        ]);
    }
    let Overview {
        stats,
        submitted_per_second,
        finished_per_second,
        alerts,
        ..
    } = &report.overview;
    let mut text = services.render(false);
    text.push('\n');
    text.push_str(&jobs_line(stats));
    text.push_str(&format!(
        "rates   {submitted_per_second:.1} submitted/s, {finished_per_second:.1} finished/s over the last minute\n"
    ));
    for alert in alerts {
        text.push_str(&format!(
            "alert   {}: {}\n",
            inert(&alert.name),
            inert(&alert.summary)
        ));
    }
    text
}

fn jobs_line(stats: &Stats) -> String {
    format!(
        "jobs    {} in total: {} pending, {} executing, {} completed, {} failed, {} cancelled\n",
        stats.total_jobs,
        stats.pending_jobs,
        stats.executing_jobs,
        stats.completed_jobs,
        stats.failed_jobs,
        stats.cancelled_jobs
    )
}
