use std::path::{Path, PathBuf};

use odd_contract_tools::ContractSet;
use odd_contract_tools::compat::{CompatReport, SchemaReport, compat};

use odd_client::inert;

use crate::commands::contracts::load::{contracts_dir, load};
use crate::commands::contracts::revision;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Table;

const EXAMPLES: &str = "  odd-dashboard contracts compat --base main
  odd-dashboard contracts compat --base ../released/contracts -o json";

/// Check that every change since a base raises its version enough; exit 1 otherwise
#[derive(Debug, clap::Args)]
#[command(before_help = EXAMPLES)]
pub(crate) struct Args {
    /// What to compare with: a directory, or a git revision such as main or v1.2.0
    #[arg(long, value_name = "REV|DIR")]
    base: String,
    /// The directory that holds schemas/, or its parent
    #[arg(long, value_name = "DIR", default_value = ".")]
    dir: PathBuf,
}

pub(super) fn run(args: &Args, context: &Context) -> Result<Exit, Failure> {
    let dir = contracts_dir(&args.dir)?;
    let report = compat(&base(&args.base, &dir)?, &load(&dir)?);
    let names = report.schemas.iter().map(|one| one.schema.as_str());
    context.printer.value(&report, names, |_| text(&report))?;
    Ok(match report.is_compatible() {
        true => Exit::Ok,
        false => Exit::Failure,
    })
}

fn base(text: &str, dir: &Path) -> Result<ContractSet, Failure> {
    let path = Path::new(text);
    if path.is_dir() {
        return load(&contracts_dir(path)?);
    }
    revision::read(text, dir)
}

fn text(report: &CompatReport) -> String {
    if report.schemas.is_empty() {
        return "nothing changed\n".to_owned();
    }
    let mut table = Table::new(&["SCHEMA", "FROM", "TO", "NEEDS", "RAISED", "VERDICT"]);
    for one in &report.schemas {
        table.row(vec![
            inert(&one.schema).into_owned(),
            shown(one.base_version.as_ref()),
            shown(one.head_version.as_ref()),
            shown(one.required_bump.as_ref()),
            shown(one.actual_bump.as_ref()),
            if one.failures.is_empty() {
                "ok"
            } else {
                "FAILS"
            }
            .to_owned(),
        ]);
    }
    let mut text = table.render(false);
    report
        .schemas
        .iter()
        .for_each(|one| details(&mut text, one));
    text
}

fn shown(value: Option<&impl ToString>) -> String {
    value.map_or_else(|| "-".to_owned(), ToString::to_string)
}

fn details(text: &mut String, one: &SchemaReport) {
    text.push_str(&format!("\n{}\n", inert(&one.schema)));
    for change in &one.changes {
        text.push_str(&format!(
            "  {:<5} {}: {}\n",
            change.level.to_string(),
            inert(&change.pointer),
            inert(&change.message)
        ));
    }
    for failure in &one.failures {
        text.push_str(&format!("  fails: {}\n", inert(failure)));
    }
}
