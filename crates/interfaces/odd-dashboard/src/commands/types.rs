use clap::Subcommand;
use odd_client::inert;
use odd_contracts::{
    JobType, TimeseriesWindow, TypeDetail, TypeList, TypeSummary, UnknownWindow, counted,
};

use crate::completion;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Column, Layout, OutputFormat, Table, pairs};

const EXAMPLES: &str =
    "  odd-dashboard types                                      figures of the last hour
  odd-dashboard types list --window 24h
  odd-dashboard types get email
  odd-dashboard types get http.request -o json | jq .schema";

const GET_EXAMPLES: &str = "  odd-dashboard types get email --window 15m
  odd-dashboard types get http.request -o json | jq .schema";

const LIST_EXAMPLES: &str = "  odd-dashboard types list --window 24h
  odd-dashboard types list -o jsonl | jq 'select(.failureRatio > 0.1)'";

/// Show the figures of each job type: rates, durations, failures and versions
#[derive(Debug, clap::Args)]
#[command(before_help = EXAMPLES, args_conflicts_with_subcommands = true)]
pub(crate) struct Args {
    #[command(subcommand)]
    action: Option<Action>,
    #[command(flatten)]
    list: ListArgs,
}

#[derive(Debug, Subcommand)]
enum Action {
    List(ListArgs),
    Get(GetArgs),
}

/// List the job types, the busiest first
#[derive(Debug, clap::Args)]
#[command(before_help = LIST_EXAMPLES)]
struct ListArgs {
    #[command(flatten)]
    window: Window,
}

/// Show one job type
#[derive(Debug, clap::Args)]
#[command(before_help = GET_EXAMPLES)]
struct GetArgs {
    /// The job type
    #[arg(value_name = "TYPE", add = completion::job_types())]
    job_type: JobType,
    #[command(flatten)]
    window: Window,
}

#[derive(Debug, clap::Args)]
#[group(skip)]
struct Window {
    /// How far back the counts reach: 15m, 1h, 6h or 24h
    #[arg(long, default_value = "1h", value_parser = parse_window, add = completion::names(vec!["15m", "1h", "6h", "24h"]))]
    window: TimeseriesWindow,
}

fn parse_window(text: &str) -> Result<TimeseriesWindow, String> {
    text.parse()
        .map_err(|error: UnknownWindow| error.to_string())
}

pub(crate) fn run(args: Args, context: &Context) -> Result<Exit, Failure> {
    match args.action {
        None => list(&args.list, context),
        Some(Action::List(args)) => list(&args, context),
        Some(Action::Get(args)) => get(&args, context),
    }
}

fn list(args: &ListArgs, context: &Context) -> Result<Exit, Failure> {
    context.with_client(async |client| {
        let list: TypeList = client.types(args.window.window).await?;
        if list.types.is_empty() && context.format() == OutputFormat::Table {
            context.printer.note("no job types yet: submit a job");
            return Ok(Exit::Ok);
        }
        let name = |summary: &TypeSummary| summary.job_type.clone();
        context.printer.list(&list, &list.types, name, |_| {
            table(&list.types, context.printer.layout())
        })?;
        Ok(Exit::Ok)
    })
}

fn table(types: &[TypeSummary], layout: Layout) -> String {
    let mut table = Table::of(vec![
        Column::cut_to("TYPE", 12),
        Column::whole("SUBMITTED").rank(4),
        Column::whole("COMPLETED"),
        Column::whole("FAILED"),
        Column::whole("RETRIED").rank(3),
        Column::whole("FAILURES").rank(1),
        Column::whole("WAIT P95").rank(5),
        Column::whole("RUN P50").rank(6),
        Column::whole("RUN P95").rank(2),
    ]);
    for summary in types {
        table.row(vec![
            inert(&summary.job_type).into_owned(),
            summary.submitted.to_string(),
            summary.completed.to_string(),
            summary.failed.to_string(),
            summary.retried.to_string(),
            summary.failure_ratio.map_or_else(String::new, percent),
            millis(summary.wait.p95_ms),
            millis(summary.run.p50_ms),
            millis(summary.run.p95_ms),
        ]);
    }
    table.render_in(layout)
}

fn get(args: &GetArgs, context: &Context) -> Result<Exit, Failure> {
    context.with_client(async |client| {
        let detail = client.job_type(&args.job_type, args.window.window).await?;
        let name = detail.summary.job_type.clone();
        context.printer.value(&detail, [name], |_| text(&detail))?;
        Ok(Exit::Ok)
    })
}

fn text(detail: &TypeDetail) -> String {
    let TypeDetail {
        summary,
        statuses,
        versions,
        failures,
        schema,
        window,
        ..
    } = detail;
    let statuses = statuses.iter().filter(|(_, count)| **count > 0);
    let statuses = statuses.map(|(status, count)| format!("{count} {status}"));
    let versions = versions.iter().map(|version| {
        let name = inert(&version.version);
        let attempts = counted(version.attempts, "attempt");
        format!("{name}: {attempts}, {} failed", version.failed)
    });
    let failures = failures.iter().map(|group| {
        let message = inert(&group.message);
        format!("{} {}x {message}", group.fingerprint, group.occurrences)
    });
    let percentiles = |p50, p95, p99| {
        let values = [p50, p95, p99].map(millis);
        format!("{} / {} / {}", values[0], values[1], values[2])
    };
    let (wait, run) = (&summary.wait, &summary.run);
    let has_schema = if schema.is_some() {
        "yes, with -o json"
    } else {
        "no"
    };
    let lines = |lines: Vec<String>| match lines.is_empty() {
        true => "none".to_owned(),
        false => lines.join("\n"),
    };
    pairs(&[
        ("type", inert(&summary.job_type).into_owned()),
        ("window", window.to_string()),
        ("jobs now", lines(statuses.collect())),
        ("submitted", summary.submitted.to_string()),
        ("completed", summary.completed.to_string()),
        ("failed", summary.failed.to_string()),
        ("cancelled", summary.cancelled.to_string()),
        ("retried attempts", summary.retried.to_string()),
        (
            "failures among finished jobs",
            summary
                .failure_ratio
                .map_or_else(|| "none finished".to_owned(), percent),
        ),
        (
            "wait p50 / p95 / p99",
            percentiles(wait.p50_ms, wait.p95_ms, wait.p99_ms),
        ),
        (
            "run p50 / p95 / p99",
            percentiles(run.p50_ms, run.p95_ms, run.p99_ms),
        ),
        ("versions of workers", lines(versions.collect())),
        ("latest failures", lines(failures.collect())),
        ("schema of the payload", has_schema.to_owned()),
    ])
}

fn percent(ratio: f64) -> String {
    format!("{:.1} %", ratio * 100.0)
}

fn millis(value: Option<f64>) -> String {
    let duration = value.map(|ms| std::time::Duration::from_secs_f64(ms.max(0.0) / 1_000.0));
    duration.map_or_else(|| "-".to_owned(), crate::output::human_duration)
}

#[cfg(test)]
mod tests {
    use odd_contracts::DurationSummary;

    use super::*;
    use crate::output::assert_fits;

    #[test]
    fn table_fits_the_terminal() {
        let durations = || DurationSummary {
            count: 7,
            p50_ms: Some(12_345.6),
            p95_ms: Some(123_456.7),
            p99_ms: None,
        };
        let summary = TypeSummary {
            job_type: "a.type.with.a.name.of.fifty.characters.0123456789a".to_owned(),
            submitted: 1_000_000,
            started: 1_000_000,
            completed: 1_000_000,
            failed: 1_000_000,
            cancelled: 1_000_000,
            retried: 1_000_000,
            wait: durations(),
            run: durations(),
            submitted_per_second: 1.0,
            finished_per_second: 1.0,
            failure_ratio: Some(0.5),
        };
        assert_fits(|layout| table(std::slice::from_ref(&summary), layout));
    }
}
