use serde::Serialize;

use crate::cli::TEMPLATE;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{OutputFormat, pairs};

/// Version, commit, build time, rustc and target of this binary
#[derive(Debug, clap::Args)]
#[command(help_template = TEMPLATE)]
pub(crate) struct Args {}

/// What this binary is.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Build {
    name: &'static str,
    pub(crate) version: &'static str,
    pub(crate) commit: &'static str,
    build_time: String,
    rustc: &'static str,
    target: &'static str,
}

pub(crate) fn build() -> Build {
    let epoch = env!("ODD_BUILD_EPOCH").parse().unwrap_or(0);
    Build {
        name: env!("CARGO_PKG_NAME"),
        version: env!("CARGO_PKG_VERSION"),
        commit: env!("ODD_BUILD_COMMIT"),
        build_time: jiff::Timestamp::from_second(epoch)
            .unwrap_or(jiff::Timestamp::UNIX_EPOCH)
            .to_string(),
        rustc: env!("ODD_BUILD_RUSTC"),
        target: env!("ODD_BUILD_TARGET"),
    }
}

/// The same in one line, for `--version`.
pub(crate) const LINE: &str = concat!(
    env!("CARGO_PKG_VERSION"),
    " (commit ",
    env!("ODD_BUILD_COMMIT"),
    ", rustc ",
    env!("ODD_BUILD_RUSTC"),
    ", ",
    env!("ODD_BUILD_TARGET"),
    ")"
);

pub(crate) fn run(_: Args, context: &Context) -> Result<Exit, Failure> {
    let build = build();
    match context.format() {
        OutputFormat::Json | OutputFormat::Jsonl => context.printer.json(&build)?,
        OutputFormat::Name => context.printer.line(build.version)?,
        OutputFormat::Table => context.printer.data(&pairs(&[
            (build.name, build.version.to_owned()),
            ("commit", build.commit.to_owned()),
            ("built", build.build_time.clone()),
            ("rustc", build.rustc.to_owned()),
            ("target", build.target.to_owned()),
        ]))?,
    }
    Ok(Exit::Ok)
}
