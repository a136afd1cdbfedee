use std::sync::Arc;

use odd_testkit::conformance::bus::{BusFixture, THEMES};
use odd_testkit::conformance::{StoreFixture, run};
use odd_testkit::{ManualClock, sqlite_store_with};

async fn fixture() -> BusFixture {
    let clock = Arc::new(ManualClock::default());
    let store = sqlite_store_with(clock.clone());
    BusFixture {
        bus: store.bus.clone(),
        store: StoreFixture::of(store, clock),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bus_passes_its_conformance_suite() {
    run(THEMES, fixture).await;
}
