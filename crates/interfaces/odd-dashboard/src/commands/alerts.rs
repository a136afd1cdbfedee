use std::time::Duration;

use clap::Subcommand;
use odd_client::{ClientError, inert};
use odd_contracts::{Alert, AlertList, AlertSeverity, AlertSourceStatus, AlertState};

use crate::commands::each::Each;
use crate::completion;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Cell, Column, Layout, OutputFormat, Table};
use crate::settings::parse_duration;

const EXAMPLES: &str = "  odd-dashboard alerts list
  odd-dashboard alerts history --limit 10
  odd-dashboard alerts ack 6f1d0b9a2c3e4f50
  odd-dashboard alerts silence 6f1d0b9a2c3e4f50 --for 2h";

const LIST_EXAMPLES: &str = "  odd-dashboard alerts list
  odd-dashboard alerts list -o json | jq '.alerts[] | {name, action, jobsUrl}'";

const HISTORY_EXAMPLES: &str = "  odd-dashboard alerts history
  odd-dashboard alerts history --limit 1000 -o jsonl";

const SILENCE_EXAMPLES: &str = "  odd-dashboard alerts silence 6f1d0b9a2c3e4f50
  odd-dashboard alerts silence 6f1d0b9a2c3e4f50 --for 2h
  odd-dashboard alerts silence 6f1d0b9a2c3e4f50 --end";

const ACK_EXAMPLES: &str = "  odd-dashboard alerts ack 6f1d0b9a2c3e4f50
  odd-dashboard alerts list -o name | xargs odd-dashboard alerts ack";

/// The longest silence: a week.
const LONGEST_SILENCE_MINUTES: u64 = 10_080;

/// Show alerts, silence and acknowledge them
#[derive(Debug, clap::Args)]
#[command(before_help = EXAMPLES, subcommand_required = true, arg_required_else_help = true)]
pub(crate) struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// List the active alerts, the most urgent first
    #[command(before_help = LIST_EXAMPLES)]
    List,
    History(HistoryArgs),
    Silence(SilenceArgs),
    /// Acknowledge alerts: others see who works on them
    #[command(before_help = ACK_EXAMPLES)]
    Ack {
        /// Ids of active alerts
        #[arg(required = true, value_name = "ALERT", add = completion::alerts())]
        alerts: Vec<String>,
    },
}

/// List alerts that have ended, the latest end first
#[derive(Debug, clap::Args)]
#[command(before_help = HISTORY_EXAMPLES)]
struct HistoryArgs {
    /// Maximum number of alerts, up to 1,000
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u16).range(1..=1_000))]
    limit: u16,
}

/// Suppress the notifications of alerts for a time
#[derive(Debug, clap::Args)]
#[command(before_help = SILENCE_EXAMPLES)]
struct SilenceArgs {
    /// Ids of active alerts; with --end, also of alerts that have ended
    #[arg(required = true, value_name = "ALERT", add = completion::alerts())]
    alerts: Vec<String>,
    /// Length of the silence, from one minute to seven days
    #[arg(long = "for", value_name = "DURATION", default_value = "1h", value_parser = parse_silence)]
    length: Duration,
    /// End the silence instead
    #[arg(long, conflicts_with = "length")]
    end: bool,
}

pub(crate) fn run(args: Args, context: &Context) -> Result<Exit, Failure> {
    context.with_client(async |client| {
        match args.action {
            Action::List => print_list(&client.alerts().await?, active_table, context)?,
            Action::History(args) => {
                let list = client.alert_history(args.limit).await?;
                print_list(&list, ended_table, context)?;
            }
            Action::Silence(args) => {
                let minutes = args.length.as_secs().div_ceil(60);
                let silence = async |id: &str| match args.end {
                    true => client.unsilence_alert(id).await,
                    false => client.silence_alert(id, minutes).await,
                };
                return change_each(&args.alerts, silence, context).await;
            }
            Action::Ack { alerts } => {
                let acknowledge = async |id: &str| client.acknowledge_alert(id).await;
                return change_each(&alerts, acknowledge, context).await;
            }
        }
        Ok(Exit::Ok)
    })
}

/// Sends `command` for each alert in turn, and prints the alert that it returns, or why it failed.
async fn change_each(
    alerts: &[String],
    command: impl AsyncFn(&str) -> Result<Alert, ClientError>,
    context: &Context,
) -> Result<Exit, Failure> {
    let mut each = Each::new(context.printer, "alert", alerts.len());
    for id in alerts {
        let result = async {
            print_changed(&command(id).await?, context)?;
            Ok(Exit::Ok)
        };
        each.record(id, result.await)?;
    }
    Ok(each.finish())
}

/// Reads the length of a silence.
fn parse_silence(text: &str) -> Result<Duration, String> {
    let length = parse_duration(text)?;
    let minutes = length.as_secs().div_ceil(60);
    match (1..=LONGEST_SILENCE_MINUTES).contains(&minutes) {
        true => Ok(length),
        false => Err("must be from one minute to seven days".to_owned()),
    }
}

fn print_list(
    list: &AlertList,
    table: fn(&[Alert], Layout) -> String,
    context: &Context,
) -> Result<(), Failure> {
    let printer = &context.printer;
    if let Some(detail) = &list.source.detail {
        match list.source.as_of {
            Some(as_of) => printer.warn(&format!("alerts as of {as_of}: {detail}")),
            None => printer.warn(detail),
        }
    } else if list.source.status == AlertSourceStatus::NotConfigured {
        printer
            .warn("no source of alerts is configured; set ODD_ALERTMANAGER_URL of the read-model");
    }
    if list.alerts.is_empty() && context.format() == OutputFormat::Table {
        printer.note("no alerts");
        return Ok(());
    }
    let id = |alert: &Alert| alert.id.clone();
    printer.list(list, &list.alerts, id, |_| {
        table(&list.alerts, printer.layout())
    })
}

fn print_changed(alert: &Alert, context: &Context) -> Result<(), Failure> {
    let id = std::iter::once(&alert.id);
    context.printer.value(alert, id, |_| {
        active_table(std::slice::from_ref(alert), context.printer.layout())
    })
}

fn active_table(alerts: &[Alert], layout: Layout) -> String {
    let mut table = Table::of(vec![
        Column::whole("ID"),
        Column::whole("SEVERITY").rank(1),
        Column::cut_to("STATE", 8).rank(3),
        Column::whole("SINCE").rank(4),
        Column::cut_to("ALERT", 10),
        Column::cut_to("SUMMARY", 12).rank(2),
    ]);
    for alert in alerts {
        table.row(vec![
            inert(&alert.id).into_owned().into(),
            severity(alert.severity).into(),
            state(alert).into(),
            Cell::time(alert.starts_at),
            inert(&alert.name).into_owned().into(),
            inert(&alert.summary).into_owned().into(),
        ]);
    }
    table.render_in(layout)
}

fn ended_table(alerts: &[Alert], layout: Layout) -> String {
    let mut table = Table::of(vec![
        Column::whole("ID"),
        Column::whole("SEVERITY").rank(4),
        Column::whole("SINCE").rank(3),
        Column::whole("UNTIL").rank(1),
        Column::whole("SILENCED UNTIL").rank(5),
        Column::cut_to("ALERT", 10),
        Column::cut_to("SUMMARY", 12).rank(2),
    ]);
    for alert in alerts {
        table.row(vec![
            inert(&alert.id).into_owned().into(),
            severity(alert.severity).into(),
            Cell::time(alert.starts_at),
            Cell::optional_time(alert.ends_at),
            Cell::optional_time(alert.silenced_until),
            inert(&alert.name).into_owned().into(),
            inert(&alert.summary).into_owned().into(),
        ]);
    }
    table.render_in(layout)
}

const fn severity(severity: AlertSeverity) -> &'static str {
    match severity {
        AlertSeverity::Info => "info",
        AlertSeverity::Warning => "warning",
        AlertSeverity::Critical => "critical",
    }
}

/// Returns the state, and who works on the alert.
fn state(alert: &Alert) -> String {
    let is_inhibited = !alert.inhibited_by.is_empty();
    let state = match (alert.state, alert.silenced_until) {
        (_, Some(until)) if is_inhibited => format!("inhibited, silenced until {until}"),
        (_, Some(until)) => format!("silenced until {until}"),
        (AlertState::Pending, None) => "pending".to_owned(),
        (AlertState::Firing, None) => "firing".to_owned(),
        (AlertState::Resolved, None) => "resolved".to_owned(),
        (AlertState::Suppressed, None) if is_inhibited => "inhibited".to_owned(),
        (AlertState::Suppressed, None) => "suppressed".to_owned(),
    };
    match &alert.acknowledgement {
        Some(acknowledgement) => format!("{state}, acknowledged by {}", inert(&acknowledgement.by)),
        None => state,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::assert_fits;

    fn alert(more: &str) -> Alert {
        let text = format!(
            r#"{{"id": "a", "name": "A", "severity": "warning", "state": "suppressed", "summary": "A.",
                "startsAt": "2026-01-01T00:00:00.000000Z"{more}}}"#
        );
        serde_json::from_str(&text).expect("an alert")
    }

    #[test]
    fn history_shows_the_silences_that_still_apply() {
        let silenced = alert(r#", "silencedUntil": "2026-01-01T01:00:00.000000Z""#);
        let layout = Layout {
            colour: false,
            width: None,
        };
        let table = ended_table(&[silenced, alert("")], layout);
        let lines: Vec<&str> = table.lines().collect();
        assert!(lines[0].contains("SILENCED UNTIL"), "{table}");
        assert!(lines[1].contains("2026-01-01T01:00:00.000000Z"), "{table}");
        assert!(!lines[2].contains("T01:00:00"), "{table}");
    }

    #[test]
    fn tables_fit_the_terminal() {
        let mut long = alert(r#", "silencedUntil": "2026-01-01T01:00:00.000000Z""#);
        long.id = "f3c529af62b73b33".to_owned();
        long.name = "JobErrorBudgetBurnsQuickly".to_owned();
        long.summary = "概要".repeat(60);
        assert_fits(|layout| active_table(&[long.clone(), alert("")], layout));
        assert_fits(|layout| ended_table(&[long.clone(), alert("")], layout));
    }

    #[test]
    fn state_tells_a_silence_from_an_inhibition() {
        let silenced = r#", "silencedUntil": "2026-01-01T01:00:00.000000Z""#;
        let inhibited = r#", "inhibitedBy": ["b"]"#;
        assert_eq!(state(&alert("")), "suppressed");
        assert_eq!(state(&alert(inhibited)), "inhibited");
        let until = "silenced until 2026-01-01T01:00:00.000000Z";
        assert_eq!(state(&alert(silenced)), until);
        assert_eq!(
            state(&alert(&format!("{silenced}{inhibited}"))),
            format!("inhibited, {until}")
        );
    }
}
