use std::fs;
use std::path::PathBuf;

use anyhow::{Context, ensure};

use crate::targets;
use crate::workspace::{Profile, Workspace};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Also write the table as JSON
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
}

pub(crate) fn run(workspace: &Workspace, args: &Args) -> anyhow::Result<()> {
    workspace.build(Profile::DIST)?;
    eprintln!("Measuring takes some minutes. Other load on this machine distorts the figures.");
    let table = targets::measure_all(workspace)?;
    println!("{table}");
    if let Some(file) = &args.json {
        let text = serde_json::to_string_pretty(&table.to_json())?;
        fs::write(file, text).with_context(|| format!("cannot write {}", file.display()))?;
    }
    let missed = table.missed();
    ensure!(missed.is_empty(), "missed: {}", missed.join("; "));
    Ok(())
}
