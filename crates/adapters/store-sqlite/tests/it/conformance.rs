use std::sync::Arc;

use odd_testkit::conformance::{StoreFixture, log, random, run, store};
use odd_testkit::{ManualClock, sqlite_store_with};

async fn fixture() -> StoreFixture {
    let clock = Arc::new(ManualClock::default());
    let fresh = sqlite_store_with(clock.clone());
    StoreFixture {
        store: fresh.store,
        reader: fresh.reader,
        log: fresh.log,
        clock,
        keep: Box::new(fresh.directory),
    }
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
