use std::time::Duration;

use futures_util::future::BoxFuture;
use futures_util::stream::{self, StreamExt};

/// Time limit of a check, far longer than any needs.
const TIME_LIMIT: Duration = Duration::from_secs(20);

/// Number of concurrent checks.
const AT_ONCE: usize = 4;

/// One requirement on every adapter of a port. It panics if the adapter does not meet it.
#[derive(Debug)]
pub struct Check<F> {
    /// The requirement, as a sentence.
    pub name: &'static str,
    /// Runs the check on a new fixture.
    pub run: fn(F) -> BoxFuture<'static, ()>,
}

impl<F> Check<F> {
    /// Creates a check with its name.
    pub const fn new(name: &'static str, run: fn(F) -> BoxFuture<'static, ()>) -> Self {
        Self { name, run }
    }
}

/// Runs every check of every topic, each on a new fixture.
///
/// # Panics
/// If a check fails or times out; the message names each such check.
pub async fn run<F>(themes: &[&'static [Check<F>]], fixture: impl AsyncFn() -> F)
where
    F: Send + 'static,
{
    let fixture = &fixture;
    let verdicts = stream::iter(themes.iter().copied().flatten())
        .map(|check| async move { verdict(check, fixture().await).await })
        .buffer_unordered(AT_ONCE);
    let failures: Vec<String> = verdicts
        .filter_map(|verdict| async move { verdict.err() })
        .collect()
        .await;
    assert!(
        failures.is_empty(),
        "{} checks failed:\n{}",
        failures.len(),
        failures.join("\n")
    );
}

async fn verdict<F: Send + 'static>(check: &Check<F>, fixture: F) -> Result<(), String> {
    // A separate task, so that a panic ends only this check.
    let task = tokio::spawn(tokio::time::timeout(TIME_LIMIT, (check.run)(fixture)));
    match task.await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(_)) => Err(format!(
            "- {}: still not done after {TIME_LIMIT:?}",
            check.name
        )),
        Err(failure) => Err(format!("- {}: {}", check.name, message(failure))),
    }
}

fn message(failure: tokio::task::JoinError) -> String {
    let Ok(panic) = failure.try_into_panic() else {
        return "cancelled".into();
    };
    panic
        .downcast_ref::<String>()
        .cloned()
        .or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()))
        .unwrap_or_else(|| "panicked".into())
}
