use std::path::{Path, PathBuf};

use odd_core::ports::{EventLog, StoreError, Views};
use odd_store_sqlite::SqliteStore;
use odd_views_embedded::{EmbeddedViews, rebuild};
use serde::Serialize;

use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::observatory::{DataDir, open_log, rebuild_cluster_views};
use crate::output::pairs;
use crate::settings::{ClusterSettings, check_server_urls, data_dir};

/// Log entries applied at once while the old views catch up.
const CHUNK: usize = 10_000;

const EXAMPLES: &str = "  odd-dashboard rebuild-views
  odd-dashboard rebuild-views --data-dir /var/lib/odd-dashboard -o json
  odd-dashboard rebuild-views --cluster                   the views of a running cluster";

/// Rebuild the views from the event history, and compare them with the old ones
///
/// `up` must be stopped first; a cluster may run. The old views are brought up to date, then the views are rebuilt from
/// an empty state. Exit 1 when the two differ, which means that the old views were wrong. The new views are kept in
/// either case. When new events arrive in between, the views are not compared.
#[derive(Debug, clap::Args)]
#[command(before_help = EXAMPLES)]
pub(crate) struct Args {
    /// The data directory [env: ODD_DATA_DIR]
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,
    /// Rebuild the views on Redis from the history in PostgreSQL [env: ODD_REDIS_URL, ODD_POSTGRES_URL]
    #[arg(long, conflicts_with = "data_dir")]
    cluster: bool,
    /// Allow servers on other machines without passwords or TLS
    #[arg(long, requires = "cluster")]
    insecure: bool,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Report {
    /// `None` when there were no usable views.
    old_digest: Option<String>,
    new_digest: String,
    /// `None` when the two cannot be compared.
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
    check_server_urls(&context.sources, &settings, None, args.insecure)?;
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
            Failure::failed(format!("there is no data directory {}", path.display())).hint(
                "name the directory that `odd-dashboard up` uses with --data-dir or ODD_DATA_DIR",
            ),
        );
    }
    let dir = DataDir::open(&path)?;
    context.block_on(async {
        let store = open_log(&dir)?;
        let report = rebuild_and_compare(&dir.views_file(), &store).await;
        store.close().await;
        let report = report
            .map_err(|error| Failure::failed("cannot rebuild the views").caused_by(&error))?;
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
    context
        .printer
        .value(report, [&report.new_digest], |_| text(report))
}

fn text(report: &Report) -> String {
    let verdict = match report.equal {
        Some(true) => "equal",
        Some(false) => "DIFFERENT",
        None if report.old_digest.is_some() => "not compared: new events arrived meanwhile",
        None => "not compared: there were no usable views",
    };
    let old = report.old_digest.clone();
    pairs(&[
        ("old digest", old.unwrap_or_else(|| "none".to_owned())),
        ("new digest", report.new_digest.clone()),
        ("verdict", verdict.to_owned()),
    ])
}
