use std::fs;
use std::path::PathBuf;

use anyhow::{Context, ensure};

use crate::targets::{self, Table};
use crate::workspace::{Profile, Workspace};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Measure the terminal interface only
    #[arg(long)]
    terminal: bool,
    /// Measure this binary of odd-dashboard instead of building one
    #[arg(long, value_name = "FILE")]
    binary: Option<PathBuf>,
    /// Also write the table as JSON
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
}

pub(crate) fn run(workspace: &Workspace, args: &Args) -> anyhow::Result<()> {
    let binary = match &args.binary {
        Some(binary) => binary.clone(),
        None => {
            workspace.build(Profile::DIST)?;
            workspace.binary(Profile::DIST)
        }
    };
    eprintln!("Measuring takes some minutes. Other load on this machine distorts the figures.");
    let mut table = Table::default();
    if !args.terminal {
        targets::measure_all(workspace, &binary, &mut table)?;
    }
    targets::measure_terminal(workspace, &binary, &mut table)?;
    println!("{table}");
    if let Some(file) = &args.json {
        let text = serde_json::to_string_pretty(&table.to_json())?;
        fs::write(file, text).with_context(|| format!("cannot write {}", file.display()))?;
    }
    let missed = table.missed();
    ensure!(missed.is_empty(), "missed: {}", missed.join("; "));
    Ok(())
}
