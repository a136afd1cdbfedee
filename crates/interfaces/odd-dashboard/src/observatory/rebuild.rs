//! Rebuilds the views of a cluster while it runs.

use std::sync::Arc;

use odd_bus_local::Feed;
use odd_core::ports::{EventLog, Position, StoreError, Views};
use odd_store_postgres::{PostgresConfig, PostgresStore};
use odd_views_cluster::{ClusterViews, RedisConfig};

use crate::exit::Exit;
use crate::failure::Failure;
use crate::observatory::tool_producer::producers;
use crate::observatory::trust::trust;
use crate::settings::ClusterSettings;

/// Log entries applied at once while the old views catch up.
const CHUNK: usize = 1_000;

/// Largest number of chunks. Views that are still behind then belong to a busy system, and are compared as they are.
const MAX_CHUNKS: usize = 1_000;

/// The digests of the views before and after the rebuild.
pub(crate) struct RebuiltViews {
    /// `None` when there were no usable views, or they changed while the digest was computed.
    pub(crate) old_digest: Option<String>,
    pub(crate) new_digest: String,
    /// `true` when both digests cover the same part of the history.
    pub(crate) is_comparable: bool,
}

/// Rebuilds the views on Redis from the history in PostgreSQL. The roles continue to run.
///
/// # Errors
/// When a server cannot be used. The views are unchanged then.
pub(crate) async fn rebuild_cluster_views(
    settings: &ClusterSettings,
) -> Result<RebuiltViews, Failure> {
    let config = PostgresConfig {
        tls: trust(settings)?,
        ..PostgresConfig::new(&settings.postgres_url, producers("rebuild-views"))
    };
    let store = PostgresStore::connect(config, Arc::new(Feed::new())).await;
    let store = store.map_err(|error| unusable("PostgreSQL", &error))?;
    let config = RedisConfig {
        ca_file: settings.ca_file.clone(),
        ..RedisConfig::new(settings.redis_url.as_deref().unwrap_or_default())
    };
    let views = ClusterViews::connect(&config).await;
    let views = views.map_err(|error| unusable("Redis", &error))?;
    // Views that cannot be read are what rebuilding is for.
    let old = digest_of_old(&views, &store).await.ok().flatten();
    let rebuilt = views.rebuild(&store).await;
    let rebuilt = rebuilt.map_err(|error| unusable("the history or the views", &error))?;
    let old_position = old.as_ref().map(|(position, _)| *position);
    Ok(RebuiltViews {
        is_comparable: old_position == Some(rebuilt.position),
        old_digest: old.map(|(_, digest)| digest),
        new_digest: rebuilt.digest,
    })
}

/// Applies the rest of the log to the old views, as a running metrics-engine may do at the same time. Returns their
/// position and digest, or `None` when there are no views or they changed meanwhile.
async fn digest_of_old(
    views: &ClusterViews,
    log: &dyn EventLog,
) -> Result<Option<(Position, String)>, StoreError> {
    if views.position().await? == Position(0) {
        return Ok(None);
    }
    for _ in 0..MAX_CHUNKS {
        let entries = log.read_after(views.position().await?, CHUNK).await?;
        if entries.is_empty() {
            break;
        }
        views.apply(entries).await?;
    }
    let position = views.position().await?;
    let digest = views.digest().await?;
    // A metrics-engine may have applied more events in between.
    let is_unchanged = views.position().await? == position;
    Ok(is_unchanged.then_some((position, digest)))
}

fn unusable(what: &str, error: &StoreError) -> Failure {
    let exit = match error.is_transient() {
        true => Exit::Unreachable,
        false => Exit::Failure,
    };
    Failure::new(exit, format!("{what} cannot be used")).caused_by(error)
}
