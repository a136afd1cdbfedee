use std::sync::Arc;

use odd_testkit::conformance::archive::{self, ArchiveFixture};
use odd_testkit::conformance::run;
use odd_testkit::conformance::views::{self, ViewsFixture};
use odd_views_cluster::{ClusterArchive, ClusterViews, MongoConfig};

use crate::servers::{MongoServer, RedisServer};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_views_pass_their_suite() {
    let server = Arc::new(RedisServer::start());
    run(views::THEMES, async || {
        let views = ClusterViews::connect(&server.config()).await;
        ViewsFixture {
            views: Arc::new(views.expect("connects")),
            keep: Box::new(server.clone()),
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_archive_passes_its_suite() {
    archive_passes(None).await;
}

/// FerretDB understands what MongoDB is told as well, and takes longer.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_archive_passes_its_suite_as_on_mongodb() {
    archive_passes(Some(false)).await;
}

async fn archive_passes(is_ferretdb: Option<bool>) {
    let server = Arc::new(MongoServer::start());
    run(archive::THEMES, async || {
        let config = MongoConfig {
            is_ferretdb,
            ..server.config()
        };
        let archive = ClusterArchive::connect(&config).await;
        ArchiveFixture {
            archive: Arc::new(archive.expect("connects")),
            keep: Box::new(server.clone()),
        }
    })
    .await;
}
