use std::process::Command;

use crate::commands::{test, tidy};
use crate::kubernetes::Programs;
use crate::process;
use crate::revision;
use crate::tally::{Count, Tally};
use crate::web_pages;
use crate::workspace::{Profile, Workspace};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Revision that the contracts must be compatible with [default: the merge base with origin/main]
    #[arg(long, env = revision::VARIABLE)]
    base: Option<String>,
}

pub(crate) fn run(workspace: &Workspace, args: &Args) -> anyhow::Result<()> {
    let mut tally = Tally::default();
    Programs::build_in_background(workspace);
    tally.measure("format", || {
        step(workspace.cargo("fmt").args(["--all", "--check"]))
    });
    tally.measure("tidy", || tidy::run(workspace).map(|()| Count::ONE));
    tally.measure("clippy", || step(&mut clippy(workspace)));
    audit_dependencies(workspace, &mut tally);
    lint_workflows(workspace, &mut tally);
    tally.measure("web pages", || {
        web_pages::build_if_possible(workspace).map(|()| Count::ONE)
    });
    // The later steps use the programs of this build.
    let before = tally.failed();
    tally.measure("build", || workspace.build_all().map(|()| Count::ONE));
    if tally.failed() > before {
        return tally.conclude();
    }
    tally.measure("contracts check", || {
        step(dashboard(workspace).args(["contracts", "check"]))
    });
    check_compatibility(workspace, args, &mut tally);
    test::measure(workspace, &test::Args::default(), &mut tally);
    tally.conclude()
}

fn step(command: &mut Command) -> anyhow::Result<Count> {
    process::run(command).map(|()| Count::ONE)
}

fn clippy(workspace: &Workspace) -> Command {
    let mut command = workspace.cargo("clippy");
    command.args([
        "--workspace",
        "--all-targets",
        "--locked",
        "--",
        "-D",
        "warnings",
    ]);
    command
}

fn dashboard(workspace: &Workspace) -> Command {
    let mut command = Command::new(workspace.binary(Profile::DEV));
    command.current_dir(&workspace.root);
    command
}

fn audit_dependencies(workspace: &Workspace, tally: &mut Tally) {
    if process::is_installed("cargo-deny", &["--version"]) {
        tally.measure("deny", || {
            step(workspace.cargo("deny").args(["--locked", "check"]))
        });
    } else {
        tally.skip("deny", "not installed; cargo install --locked cargo-deny");
    }
}

fn lint_workflows(workspace: &Workspace, tally: &mut Tally) {
    if process::is_installed("actionlint", &["--version"]) {
        let mut lint = Command::new("actionlint");
        tally.measure("actionlint", || step(lint.current_dir(&workspace.root)));
    } else {
        let install = "go install github.com/rhysd/actionlint/cmd/actionlint@v1.7.12";
        tally.skip("actionlint", &format!("not installed; {install}"));
    }
}

fn check_compatibility(workspace: &Workspace, args: &Args, tally: &mut Tally) {
    let base = revision::base(workspace, args.base.as_deref());
    let has_contracts = |base: &String| revision::contains(workspace, base, "contracts");
    match base.map(|base| base.filter(has_contracts)) {
        Ok(Some(base)) => tally.measure("contracts compat", || {
            step(dashboard(workspace).args(["contracts", "compat", "--base", &base]))
        }),
        Ok(None) => tally.skip("contracts compat", "no base revision contains contracts"),
        Err(error) => tally.measure("contracts compat", || Err(error)),
    }
}
