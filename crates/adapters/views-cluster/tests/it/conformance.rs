use std::sync::Arc;

use odd_testkit::conformance::archive::{self, ArchiveFixture};
use odd_testkit::conformance::run;
use odd_testkit::conformance::views::{self, ViewsFixture};
use odd_views_cluster::{ClusterArchive, ClusterViews, MongoConfig};

use crate::servers::{MongoServer, RedisServer};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_views_pass_the_conformance_suite() {
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
async fn the_archive_passes_the_conformance_suite() {
    check_archive(None).await;
}

/// FerretDB also supports the commands for MongoDB, but is slower with them.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_archive_passes_the_conformance_suite_with_mongodb_commands() {
    check_archive(Some(false)).await;
}

async fn check_archive(is_ferretdb: Option<bool>) {
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
