//! The views of a cluster, made anew while it runs.

use std::sync::Arc;

use odd_bus_local::Feed;
use odd_contracts::Producer;
use odd_core::Producers;
use odd_core::ports::{EventLog, Position, StoreError, Views};
use odd_store_postgres::{PostgresConfig, PostgresStore};
use odd_views_cluster::{ClusterViews, RedisConfig};

use crate::exit::Exit;
use crate::failure::Failure;
use crate::observatory::trust::trust;
use crate::settings::ClusterSettings;

/// Entries folded in at once while the old views catch up.
const CHUNK: usize = 1_000;

/// Chunks after which views that are still behind are taken as they are: the system is in use.
const CHUNKS: usize = 1_000;

/// The views before and after.
pub(crate) struct RebuiltViews {
    /// Absent when there were no usable views, or they never stood still.
    pub(crate) old_digest: Option<String>,
    pub(crate) new_digest: String,
    /// Whether both have folded in the same part of the history: else they are no match for each other.
    pub(crate) is_comparable: bool,
}

/// Makes the views on Redis anew from the history in PostgreSQL. The roles go on meanwhile.
///
/// # Errors
/// When a server cannot be used; the views are then as they were.
pub(crate) async fn rebuild_cluster_views(
    settings: &ClusterSettings,
) -> Result<RebuiltViews, Failure> {
    let config = PostgresConfig {
        tls: trust(settings)?,
        ..PostgresConfig::new(&settings.postgres_url, producers())
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
    let stood_at = old.as_ref().map(|(position, _)| *position);
    Ok(RebuiltViews {
        is_comparable: stood_at == Some(rebuilt.position),
        old_digest: old.map(|(_, digest)| digest),
        new_digest: rebuilt.digest,
    })
}

/// Brings the views up to the end of the log, whether or not somebody else does; where they stand then, and their
/// digest. Nothing when there are none.
async fn digest_of_old(
    views: &ClusterViews,
    log: &dyn EventLog,
) -> Result<Option<(Position, String)>, StoreError> {
    if views.position().await? == Position(0) {
        return Ok(None);
    }
    for _ in 0..CHUNKS {
        let entries = log.read_after(views.position().await?, CHUNK).await?;
        if entries.is_empty() {
            break;
        }
        views.apply(entries).await?;
    }
    let position = views.position().await?;
    let digest = views.digest().await?;
    // Others may have moved them on in between.
    let stood_still = views.position().await? == position;
    Ok(stood_still.then_some((position, digest)))
}

fn producers() -> Producers {
    let producer = Producer {
        service: "rebuild-views".to_owned(),
        instance_id: uuid::Uuid::new_v4().to_string(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
    };
    Producers {
        gateway: producer.clone(),
        processor: producer,
    }
}

fn unusable(what: &str, error: &StoreError) -> Failure {
    let exit = match error.is_transient() {
        true => Exit::Unreachable,
        false => Exit::Failure,
    };
    Failure::new(exit, format!("{what} cannot be used")).cause(error)
}
