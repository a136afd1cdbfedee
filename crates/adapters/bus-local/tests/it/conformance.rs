use std::sync::Arc;

use odd_testkit::conformance::bus::{BusFixture, THEMES};
use odd_testkit::conformance::{StoreFixture, run};
use odd_testkit::{ManualClock, sqlite_store_with};

async fn fixture() -> BusFixture {
    let clock = Arc::new(ManualClock::default());
    let fresh = sqlite_store_with(clock.clone());
    BusFixture {
        bus: fresh.bus.clone(),
        store: StoreFixture::of(fresh, clock),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_bus_passes_its_suite() {
    run(THEMES, fixture).await;
}
