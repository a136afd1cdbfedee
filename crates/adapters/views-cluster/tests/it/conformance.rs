use std::sync::Arc;

use odd_testkit::conformance::run;
use odd_testkit::conformance::views::{THEMES, ViewsFixture};
use odd_views_cluster::ClusterViews;

use crate::servers::RedisServer;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_views_pass_their_suite() {
    let server = Arc::new(RedisServer::start());
    run(THEMES, async || {
        let views = ClusterViews::connect(&server.config()).await;
        ViewsFixture {
            views: Arc::new(views.expect("connects")),
            keep: Box::new(server.clone()),
        }
    })
    .await;
}
