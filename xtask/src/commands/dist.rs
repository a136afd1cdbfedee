use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Context;

use crate::dist::platform::Platform;
use crate::dist::product::version;
use crate::dist::{assembly, gate, notes, program, tag};
use crate::process;
use crate::workspace::Workspace;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Platform to build for, as a target triple [default: that of this machine]
    #[arg(long, value_name = "TRIPLE")]
    target: Option<String>,
    /// Folder to write to, created if it is missing [default: target/xtask/release]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Package this program instead of building one
    #[arg(long, value_name = "FILE")]
    binary: Option<PathBuf>,
    /// Program for this machine, which writes the completions and manual pages [default: the packaged program]
    #[arg(long, value_name = "FILE", requires = "binary")]
    runnable: Option<PathBuf>,
    /// Add the files for all platforms to this folder: npm package, formula, manifests, installers, checksums
    #[arg(long, value_name = "DIR", exclusive = true)]
    assemble: Option<PathBuf>,
    /// Refuse this folder unless it is a complete release
    #[arg(long, value_name = "DIR", exclusive = true)]
    gate: Option<PathBuf>,
    /// Print the changes since the previous release
    #[arg(long, exclusive = true)]
    notes: bool,
    /// Refuse this tag unless it names the version in Cargo.toml, and the changelog describes it
    #[arg(long, value_name = "TAG", exclusive = true)]
    check_tag: Option<String>,
}

pub(crate) fn run(workspace: &Workspace, args: &Args) -> anyhow::Result<()> {
    let version = version(&workspace.metadata)?;
    if let Some(folder) = &args.assemble {
        return assembly::complete(workspace, folder, &version);
    }
    if let Some(folder) = &args.gate {
        return gate::check(workspace, folder, &version);
    }
    if args.notes {
        print!("{}", notes::write(workspace, &version)?);
        return Ok(());
    }
    if let Some(tag) = &args.check_tag {
        return tag::check(workspace, tag, &version);
    }
    build(workspace, args, &version)
}

fn build(workspace: &Workspace, args: &Args, version: &str) -> anyhow::Result<()> {
    let triple = match &args.target {
        Some(triple) => triple.clone(),
        None => host()?,
    };
    let platform = Platform::find(&triple)?;
    let folder = match &args.out {
        Some(folder) => folder.clone(),
        None => workspace.scratch("release")?,
    };
    fs::create_dir_all(&folder).with_context(|| format!("cannot create {}", folder.display()))?;
    let binary = match &args.binary {
        Some(binary) => binary.clone(),
        None => program::build(workspace, platform)?,
    };
    let runnable = args.runnable.as_ref().unwrap_or(&binary);
    assembly::add_platform(workspace, platform, &binary, runnable, version, &folder)?;
    report(&folder)
}

fn report(folder: &Path) -> anyhow::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        println!("{:>12} {}", entry.metadata()?.len(), entry.path().display());
    }
    Ok(())
}

/// Returns the target triple of this machine.
fn host() -> anyhow::Result<String> {
    let output = process::output(Command::new("rustc").arg("-vV"))?;
    let mut lines = output.lines();
    let host = lines.find_map(|line| line.strip_prefix("host: "));
    Ok(host.context("rustc prints no host")?.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_machine_has_a_target() {
        assert!(host().expect("printed").contains(std::env::consts::ARCH));
    }
}
