use odd_testkit::conformance::run;
use odd_testkit::conformance::views::{THEMES, ViewsFixture};
use odd_views_embedded::EmbeddedViews;

async fn fixture() -> ViewsFixture {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let views = EmbeddedViews::open(&directory.path().join("views.db")).expect("opens");
    ViewsFixture {
        views: std::sync::Arc::new(views),
        keep: Box::new(directory),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn views_pass_their_conformance_suite() {
    run(THEMES, fixture).await;
}
