use odd_testkit::conformance::{bus, run};
use odd_testkit::rabbitmq_fixture;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_bus_passes_the_conformance_suite() {
    run(bus::THEMES, rabbitmq_fixture).await;
}
