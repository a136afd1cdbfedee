use std::path::PathBuf;

use odd_contract_tools::check::{Report, check_set};

use odd_client::inert;

use crate::commands::contracts::load::{contracts_dir, load};
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Table;

const EXAMPLES: &str = "  odd-dashboard contracts check
  odd-dashboard contracts check --dir ../released/contracts";

/// Check the ids, versions, register, references and fixtures of a contracts directory
#[derive(Debug, clap::Args)]
#[command(before_help = EXAMPLES)]
pub(crate) struct Args {
    /// The directory that holds schemas/, or its parent
    #[arg(long, value_name = "DIR", default_value = ".")]
    dir: PathBuf,
}

pub(super) fn run(args: &Args, context: &Context) -> Result<Exit, Failure> {
    let report = check_set(&load(&contracts_dir(&args.dir)?)?);
    let files = report.findings.iter().map(|finding| finding.file.as_str());
    context.printer.value(&report, files, |_| text(&report))?;
    Ok(match report.is_clean() {
        true => Exit::Ok,
        false => Exit::Failure,
    })
}

fn text(report: &Report) -> String {
    let counts = report.counts;
    let summary = format!(
        "{} schemas, {} other documents, {} references, {} golden and {} negative fixtures, {} alert rules: {}\n",
        counts.schemas,
        counts.documents,
        counts.references,
        counts.golden,
        counts.negative,
        counts.alert_rules,
        match report.findings.len() {
            0 => "no findings".to_owned(),
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
