use odd_testkit::conformance::{StoreFixture, log, random, run, store};

async fn fixture() -> StoreFixture {
    StoreFixture::embedded()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_store_passes_its_suite() {
    run(store::THEMES, fixture).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_log_passes_its_suite() {
    run(log::THEMES, fixture).await;
}

#[test]
fn random_commands_keep_every_rule() {
    random::run(fixture);
}
