use std::sync::Arc;

use odd_testkit::conformance::archive::{self, ArchiveFixture};
use odd_testkit::conformance::run;
use odd_testkit::conformance::views::{self, ViewsFixture};
use odd_views_cluster::{ClusterArchive, ClusterViews};

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
    let server = Arc::new(MongoServer::start());
    run(archive::THEMES, async || {
        let archive = ClusterArchive::connect(&server.config()).await;
        ArchiveFixture {
            archive: Arc::new(archive.expect("connects")),
            keep: Box::new(server.clone()),
        }
    })
    .await;
}
