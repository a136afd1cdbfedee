use crate::build_info::BuildInfo;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::pairs;

const EXAMPLES: &str = "  odd-dashboard version
  odd-dashboard version -o json";

/// Show the version, commit, build time, compiler and target of this binary
#[derive(Debug, clap::Args)]
#[command(before_help = EXAMPLES)]
pub(crate) struct Args {}

pub(crate) fn run(_: Args, context: &Context) -> Result<Exit, Failure> {
    let build = BuildInfo::current();
    let text = |_| {
        pairs(&[
            (build.name, build.version.to_owned()),
            ("commit", build.commit.to_owned()),
            ("built", build.build_time.clone()),
            ("rustc", build.rustc.to_owned()),
            ("target", build.target.to_owned()),
        ])
    };
    context.printer.value(&build, [build.version], text)?;
    Ok(Exit::Ok)
}
