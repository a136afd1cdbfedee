//! Random commands against a store: after each, the new log entries must be legal, gapless and caused by the
//! command, and the reader must agree with the log.

mod command;
mod model;
mod play;

use proptest::collection::vec;
use proptest::test_runner::{Config, RngSeed, TestRunner};

use super::StoreFixture;
use command::any_command;

/// Number of sequences.
const CASES: u32 = 40;

/// Maximum length of a sequence.
const COMMANDS: usize = 60;

/// Fixed seed, so that every run executes the same sequences; `PROPTEST_RNG_SEED` overrides it.
const SEED: u64 = 20_300_101;

/// Executes random sequences of commands, each on a new store.
///
/// # Panics
/// If a store violates a rule; the message ends with the shortest sequence found that causes it.
pub fn run(fixture: impl AsyncFn() -> StoreFixture) {
    let mut config = Config {
        cases: CASES,
        max_shrink_iters: 200,
        failure_persistence: None,
        ..Config::default()
    };
    if config.rng_seed == RngSeed::Random {
        config.rng_seed = RngSeed::Fixed(SEED);
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let sequences = vec(any_command(), 1..COMMANDS);
    let outcome = TestRunner::new(config).run(&sequences, |commands| {
        runtime.block_on(async { play::play(&fixture().await, &commands).await });
        Ok(())
    });
    if let Err(failure) = outcome {
        panic!("{failure}");
    }
}
