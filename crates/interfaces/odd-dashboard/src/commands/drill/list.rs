use std::time::Duration;

use serde::Serialize;

use super::scenario::{SCENARIOS, Scenario};
use super::targets::{Targets, services};
use odd_client::inert;

use crate::commands::deployment::Deployment;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Column, Layout, OutputFormat, Table};

/// Longest wait for the deployment, which does not have to run.
const LIMIT: Duration = Duration::from_secs(5);

#[derive(Serialize)]
struct Listing {
    drills: Vec<Row>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Row {
    name: &'static str,
    breaks: &'static str,
    alert: &'static str,
    /// About how long the drill takes.
    expected_seconds: u64,
    /// Absent if the deployment does not answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    supported: Option<bool>,
    /// Why the deployment does not support it, or why that is unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
}

/// Lists the drills, and whether the deployment supports them.
pub(super) async fn list(deployment: &Deployment, context: &Context) -> Result<Exit, Failure> {
    let services = tokio::time::timeout(LIMIT, services(deployment)).await;
    let services = services.unwrap_or_else(|_| Err("no answer in time".to_owned()));
    let mut drills = Vec::new();
    let mut forbidden = None;
    for scenario in &SCENARIOS {
        let (supported, detail) = match &services {
            Err(why) => (None, Some(why.clone())),
            Ok(services) => match Targets::find(deployment, services, scenario).await {
                Ok(_) => (Some(true), None),
                Err(unsupported) => {
                    let why = unsupported.why().to_owned();
                    if unsupported.is_about_every_drill() {
                        forbidden = Some(Failure::from(unsupported));
                    }
                    (Some(false), Some(why))
                }
            },
        };
        drills.push(row(scenario, supported, detail));
    }
    let listing = Listing { drills };
    context.printer.list(
        &listing,
        &listing.drills,
        |row| row.name.to_owned(),
        |_| {
            let layout = context.printer.layout();
            table(&listing.drills, forbidden.is_some(), layout)
        },
    )?;
    if let Some(failure) = forbidden.filter(|_| context.format() == OutputFormat::Table) {
        note(context, &failure);
    }
    Ok(Exit::Ok)
}

fn row(scenario: &Scenario, supported: Option<bool>, detail: Option<String>) -> Row {
    Row {
        name: scenario.name,
        breaks: scenario.breaks,
        alert: scenario.alert,
        expected_seconds: scenario.expected().as_secs(),
        supported,
        detail,
    }
}

/// Says what concerns every drill.
fn note(context: &Context, failure: &Failure) {
    let causes = failure.causes.join(": ");
    context.printer.note(&format!("{}: {causes}", failure.what));
    if let Some(hint) = &failure.hint {
        context.printer.note(hint);
    }
}

/// Renders the list. The reason that concerns every drill is a message below it.
fn table(rows: &[Row], is_forbidden: bool, layout: Layout) -> String {
    let mut table = Table::of(vec![
        Column::whole("NAME"),
        Column::cut_to("BREAKS", 18).rank(1),
        Column::cut_to("ALERT", 18).rank(3),
        Column::whole("TAKES").rank(2),
        Column::cut_to("SUPPORTED", 20),
    ]);
    for row in rows {
        let minutes = row.expected_seconds.div_ceil(60);
        let supported = match row.supported {
            Some(true) => "yes".to_owned(),
            Some(false) if is_forbidden => "no".to_owned(),
            Some(false) => format!("no: {}", inert(row.detail.as_deref().unwrap_or_default())),
            None => "unknown: the deployment does not answer".to_owned(),
        };
        table.row(vec![
            row.name.to_owned(),
            row.breaks.to_owned(),
            row.alert.to_owned(),
            format!("about {minutes} min"),
            supported,
        ]);
    }
    table.render_in(layout)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::assert_fits;

    #[test]
    fn table_fits_the_terminal() {
        let rows: Vec<Row> = SCENARIOS
            .iter()
            .map(|scenario| row(scenario, Some(false), Some("理由".repeat(60))))
            .collect();
        assert_fits(|layout| table(&rows, false, layout));
    }
}
