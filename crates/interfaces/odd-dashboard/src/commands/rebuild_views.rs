use std::path::{Path, PathBuf};

use odd_core::ports::{EventLog, StoreError, Views};
use odd_store_sqlite::SqliteStore;
use odd_views_embedded::{EmbeddedViews, rebuild};
use serde::Serialize;

use crate::cli::TEMPLATE;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::observatory::{DataDir, open_log, rebuild_cluster_views};
use crate::output::{OutputFormat, pairs};
use crate::settings::{ClusterSettings, check_links, data_dir};

/// Entries folded in at once while the old views catch up.
const CHUNK: usize = 10_000;

const EXAMPLES: &str = "\
Examples:
  odd-dashboard rebuild-views
  odd-dashboard rebuild-views --data-dir /var/lib/odd-dashboard -o json
  odd-dashboard rebuild-views --cluster                   those of `serve`, which goes on
";

/// Make the views anew from the history, and compare; `up` must not run, a cluster may
///
/// The old views are first brought up to the end of the history, then rebuilt from nothing. Exit 1 when the
/// two differ: something had been counted wrongly. The new views are kept either way. Views of a cluster that is in
/// use move on between the two, and are then not compared.
#[derive(Debug, clap::Args)]
#[command(before_help = EXAMPLES, help_template = TEMPLATE)]
pub(crate) struct Args {
    /// The data directory [env: ODD_DATA_DIR]
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,
    /// The views on Redis, from the history in PostgreSQL [env: ODD_REDIS_URL, ODD_POSTGRES_URL]
    #[arg(long, conflicts_with = "data_dir")]
    cluster: bool,
    /// Reach servers on other machines without passwords or TLS
    #[arg(long, requires = "cluster")]
    insecure: bool,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Report {
    /// Absent when there were no usable views before.
    old_digest: Option<String>,
    new_digest: String,
    /// Absent when there is nothing to compare.
    equal: Option<bool>,
}

pub(crate) fn run(args: Args, context: &Context) -> Result<Exit, Failure> {
    match args.cluster {
        true => run_on_cluster(&args, context),
        false => run_on_directory(args, context),
    }
}

fn run_on_cluster(args: &Args, context: &Context) -> Result<Exit, Failure> {
    let settings = ClusterSettings::read_for_views(&context.sources)?;
    check_links(&context.sources, &settings, None, args.insecure)?;
    context.block_on(async {
        let rebuilt = rebuild_cluster_views(&settings).await?;
        let old_digest = rebuilt.old_digest.as_ref();
        let equal = old_digest.map(|old| *old == rebuilt.new_digest);
        let report = Report {
            equal: equal.filter(|_| rebuilt.is_comparable),
            old_digest: rebuilt.old_digest,
            new_digest: rebuilt.new_digest,
        };
        conclude(context, &report)
    })
}

fn run_on_directory(args: Args, context: &Context) -> Result<Exit, Failure> {
    let path = data_dir(&context.sources, args.data_dir)?;
    if !path.is_dir() {
        return Err(
            Failure::failed(format!("there is no data directory {}", path.display()))
                .hint("`odd-dashboard up` makes one; --data-dir or ODD_DATA_DIR names another"),
        );
    }
    let dir = DataDir::open(&path)?;
    context.block_on(async {
        let store = open_log(&dir)?;
        let report = rebuild_and_compare(&dir.views_file(), &store).await;
        store.close().await;
        let report =
            report.map_err(|error| Failure::failed("cannot rebuild the views").cause(error))?;
        conclude(context, &report)
    })
}

fn conclude(context: &Context, report: &Report) -> Result<Exit, Failure> {
    print(context, report)?;
    Ok(match report.equal {
        Some(false) => Exit::Failure,
        _ => Exit::Ok,
    })
}

async fn rebuild_and_compare(views: &Path, store: &SqliteStore) -> Result<Report, StoreError> {
    // Views that cannot be read are what rebuilding is for.
    let old_digest = match views.exists() {
        true => digest_of_old(views, store).await.ok(),
        false => None,
    };
    let new_digest = rebuild(views, store).await?;
    Ok(Report {
        equal: old_digest.as_ref().map(|old| *old == new_digest),
        old_digest,
        new_digest,
    })
}

async fn digest_of_old(path: &Path, store: &SqliteStore) -> Result<String, StoreError> {
    let views = EmbeddedViews::open(path)?;
    loop {
        let entries = store.read_after(views.position().await?, CHUNK).await?;
        if entries.is_empty() {
            return views.digest().await;
        }
        views.apply(entries).await?;
    }
}

fn print(context: &Context, report: &Report) -> Result<(), Failure> {
    match context.format() {
        OutputFormat::Json | OutputFormat::Jsonl => context.printer.json(report),
        OutputFormat::Name => context.printer.line(&report.new_digest),
        OutputFormat::Table => {
            let verdict = match report.equal {
                Some(true) => "equal",
                Some(false) => "DIFFERENT",
                None if report.old_digest.is_some() => "not compared: the views moved on meanwhile",
                None => "nothing to compare with",
            };
            let old = report
                .old_digest
                .clone()
                .unwrap_or_else(|| "none".to_owned());
            context.printer.data(&pairs(&[
                ("old digest", old),
                ("new digest", report.new_digest.clone()),
                ("verdict", verdict.to_owned()),
            ]))
        }
    }
}
