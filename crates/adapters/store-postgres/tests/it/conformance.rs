use odd_testkit::conformance::{log, random, run, store};
use odd_testkit::postgres_fixture;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn store_passes_its_conformance_suite() {
    run(store::THEMES, postgres_fixture).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn log_passes_its_conformance_suite() {
    run(log::THEMES, postgres_fixture).await;
}

#[test]
fn random_commands_keep_every_rule() {
    random::run(postgres_fixture);
}
