use std::time::Duration;

use tokio::time::{Instant, sleep};

/// Time between two tries.
const PAUSE: Duration = Duration::from_millis(250);

/// Repeats `check` until it succeeds, or `deadline` has passed. Returns the last failure then; a try that the deadline
/// interrupts does not replace it. Without any time, `check` is not called.
pub(in crate::commands) async fn until<T>(
    deadline: Instant,
    mut check: impl AsyncFnMut() -> Result<T, String>,
) -> Result<T, String> {
    if Instant::now() >= deadline {
        return Err("not checked, because no time was left".to_owned());
    }
    let mut last = None;
    loop {
        match tokio::time::timeout_at(deadline, check()).await {
            Ok(Ok(value)) => return Ok(value),
            Ok(Err(failure)) if Instant::now() + PAUSE >= deadline => return Err(failure),
            Ok(Err(failure)) => last = Some(failure),
            Err(_) => return Err(last.unwrap_or_else(|| "no answer in time".to_owned())),
        }
        sleep(PAUSE).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn last_failure_is_returned_at_the_deadline() {
        let begun = Instant::now();
        let mut tries = 0;
        let result: Result<(), String> = until(begun + Duration::from_secs(2), async || {
            tries += 1;
            Err(format!("try {tries}"))
        })
        .await;
        assert_eq!(result, Err("try 8".to_owned()));
        assert!(begun.elapsed() <= Duration::from_secs(2));
    }

    #[tokio::test(start_paused = true)]
    async fn silent_server_is_waited_for_until_the_deadline() {
        let begun = Instant::now();
        let result: Result<(), String> = until(begun + Duration::from_secs(2), async || {
            std::future::pending().await
        })
        .await;
        assert!(result.is_err());
        assert_eq!(begun.elapsed(), Duration::from_secs(2));
    }

    #[tokio::test(start_paused = true)]
    async fn interrupted_try_does_not_replace_the_last_failure() {
        let mut tries = 0;
        let deadline = Instant::now() + Duration::from_secs(2);
        let result: Result<(), String> = until(deadline, async || {
            tries += 1;
            if tries == 2 {
                std::future::pending::<()>().await;
            }
            Err(format!("try {tries}"))
        })
        .await;
        assert_eq!(result, Err("try 1".to_owned()));
    }

    #[tokio::test(start_paused = true)]
    async fn check_without_time_differs_from_a_silent_server() {
        let result = until(Instant::now(), async || Ok(())).await;
        assert!(result.is_err_and(|failure| failure.contains("not checked")));
    }
}
