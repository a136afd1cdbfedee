use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use odd_alerts_file::FileAlertBook;
use odd_bus_local::{Feed, LocalBus};
use odd_contracts::Producer;
use odd_core::SystemClock;
use odd_core::ports::StoreError;
use odd_core::{Producers, QuarantineCounter};
use odd_store_sqlite::{SqliteConfig, SqliteStore};
use odd_views_embedded::{EmbeddedViews, open_over};

use crate::failure::Failure;
use crate::observatory::data_dir::DataDir;
use crate::observatory::roles::{FollowerPorts, Ports};

/// The adapters of the embedded deployment, open.
pub(crate) struct Embedded {
    pub(crate) store: SqliteStore,
    pub(crate) bus: Arc<LocalBus>,
    pub(crate) views: Arc<EmbeddedViews>,
    alerts: Arc<FileAlertBook>,
    data_dir: PathBuf,
}

impl Embedded {
    /// Opens the files of a data directory. New events name `producers` as their source; `lease` is the duration of leases.
    ///
    /// # Errors
    /// When a file cannot be opened, is damaged, or was written by a newer version.
    pub(crate) async fn open(
        dir: &DataDir,
        producers: Producers,
        lease: Duration,
    ) -> Result<Self, Failure> {
        let feed = Feed::new();
        let store = open_store(dir, producers, feed.clone(), lease)?;
        let views = open_over(&dir.views_file(), &store)
            .await
            .map_err(|error| {
                unusable("views", dir, &error)
                    .hint("rebuild them with `odd-dashboard rebuild-views`")
            })?;
        let alerts = FileAlertBook::open(&dir.alerts_file())
            .map_err(|error| unusable("alerts", dir, &error))?;
        Ok(Self {
            alerts: Arc::new(alerts),
            bus: Arc::new(LocalBus::new(feed, Arc::new(store.clone()))),
            store,
            views: Arc::new(views),
            data_dir: dir.path().to_owned(),
        })
    }
}

impl Embedded {
    /// Returns the adapters for every role.
    pub(super) fn ports(&self) -> Ports {
        let store = Arc::new(self.store.clone());
        Ports {
            store: store.clone(),
            work: store.clone(),
            reader: store.clone(),
            clock: Arc::new(SystemClock),
            statistics: store.clone(),
            publishing: None,
            quarantined: QuarantineCounter::default(),
            alerts: Some(self.alerts.clone()),
            data_dir: Some(self.data_dir.clone()),
            follower: Some(FollowerPorts {
                log: store,
                bus: self.bus.clone(),
                views: self.views.clone(),
                outbox: None,
                archive: None,
            }),
        }
    }
}

/// Opens only the store, for commands that run while the observatory is stopped.
///
/// # Errors
/// See [`Embedded::open`].
pub(crate) fn open_log(dir: &DataDir) -> Result<SqliteStore, Failure> {
    let producer = |service: &str| Producer {
        service: service.to_owned(),
        instance_id: uuid::Uuid::new_v4().to_string(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
    };
    let producers = Producers {
        gateway: producer("gateway"),
        processor: producer("processor"),
    };
    // No lease is granted.
    open_store(dir, producers, Feed::new(), Duration::MAX)
}

/// `lease` is the duration of leases. A pause of the process must not end one that was renewed before it.
fn open_store(
    dir: &DataDir,
    producers: Producers,
    feed: Feed,
    lease: Duration,
) -> Result<SqliteStore, Failure> {
    let config = SqliteConfig::new(dir.store_file(), producers);
    let config = SqliteConfig {
        longest_lease_step: config.longest_lease_step.min(lease / 3),
        ..config
    };
    SqliteStore::open(config, Arc::new(feed), Arc::new(SystemClock))
        .map_err(|error| unusable("store", dir, &error))
}

fn unusable(what: &str, dir: &DataDir, error: &StoreError) -> Failure {
    let path = match what {
        "views" => dir.views_file(),
        "alerts" => dir.alerts_file(),
        _ => dir.store_file(),
    };
    Failure::failed(format!("cannot open the {what} at {}", path.display())).caused_by(error)
}
