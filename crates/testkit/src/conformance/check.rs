use std::time::Duration;

use futures_util::future::BoxFuture;
use futures_util::stream::{self, StreamExt};

/// How long a check may take; none comes near it unless it hangs.
const TIME_LIMIT: Duration = Duration::from_secs(20);

/// Checks under way at the same time.
const AT_ONCE: usize = 4;

/// One thing that every adapter of a port must do. It panics when the adapter does not.
#[derive(Debug)]
pub struct Check<F> {
    /// What the adapter does, as a sentence.
    pub name: &'static str,
    /// Runs it on a fresh fixture.
    pub run: fn(F) -> BoxFuture<'static, ()>,
}

impl<F> Check<F> {
    /// A check under its name.
    pub const fn new(name: &'static str, run: fn(F) -> BoxFuture<'static, ()>) -> Self {
        Self { name, run }
    }
}

/// Runs every check of every theme, each on a fixture of its own.
///
/// # Panics
/// When a check fails or hangs; the message names each that did.
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
    // A task of its own, so that a panic ends this check alone.
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
