//! Random commands against a store: after each, what the log says must be legal, gapless and caused by the
//! command, and what the reader shows must be what the log says.

mod command;
mod model;
mod play;

use proptest::collection::vec;
use proptest::test_runner::{Config, RngSeed, TestRunner};

use super::StoreFixture;
use command::any_command;

/// Sequences tried.
const CASES: u32 = 40;

/// Longest sequence.
const COMMANDS: usize = 60;

/// The same sequences every time, unless `PROPTEST_RNG_SEED` says otherwise.
const SEED: u64 = 20_300_101;

/// Plays random sequences of commands, each on a fresh store.
///
/// # Panics
/// When a store breaks a rule; the message ends with the shortest sequence that was found to make it do so.
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
