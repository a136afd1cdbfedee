use std::path::PathBuf;

use odd_contract_tools::check::{Report, check_set};

use crate::cli::TEMPLATE;
use crate::commands::contracts::{contracts_dir, load};
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{OutputFormat, Table, inert};

/// Ids, versions, register, references and fixtures of a contracts directory
#[derive(Debug, clap::Args)]
#[command(help_template = TEMPLATE)]
pub(crate) struct Args {
    /// The directory that holds schemas/, or its parent
    #[arg(long, value_name = "DIR", default_value = ".")]
    dir: PathBuf,
}

pub(super) fn run(args: &Args, context: &Context) -> Result<Exit, Failure> {
    let report = check_set(&load(&contracts_dir(&args.dir)?)?);
    match context.format() {
        OutputFormat::Json | OutputFormat::Jsonl => context.printer.json(&report)?,
        OutputFormat::Name => report
            .findings
            .iter()
            .try_for_each(|finding| context.printer.line(&inert(&finding.file)))?,
        OutputFormat::Table => context.printer.data(&text(&report))?,
    }
    Ok(if report.is_clean() {
        Exit::Ok
    } else {
        Exit::Failure
    })
}

fn text(report: &Report) -> String {
    let counts = report.counts;
    let summary = format!(
        "{} schemas, {} other documents, {} references, {} golden and {} negative fixtures: {}\n",
        counts.schemas,
        counts.documents,
        counts.references,
        counts.golden,
        counts.negative,
        match report.findings.len() {
            0 => "all is well".to_owned(),
            1 => "1 finding".to_owned(),
            many => format!("{many} findings"),
        }
    );
    if report.is_clean() {
        return summary;
    }
    let mut table = Table::new(&["RULE", "FILE", "FINDING"]);
    for finding in &report.findings {
        table.row(vec![
            finding.rule.as_str().to_owned(),
            inert(&finding.file).into_owned(),
            inert(&finding.message).into_owned(),
        ]);
    }
    format!("{}\n{summary}", table.render(false))
}
