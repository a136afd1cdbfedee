use std::time::Duration;

use tokio::time::{Instant, sleep};

/// Time between two tries.
const PAUSE: Duration = Duration::from_millis(250);

/// Repeats `check` until it succeeds, or `deadline` has passed. Returns the last failure then.
pub(in crate::commands) async fn until<T>(
    deadline: Instant,
    mut check: impl AsyncFnMut() -> Result<T, String>,
) -> Result<T, String> {
    loop {
        let failure = match tokio::time::timeout_at(deadline, check()).await {
            Ok(Ok(value)) => return Ok(value),
            Ok(Err(failure)) => failure,
            Err(_) => "no answer in time".to_owned(),
        };
        if Instant::now() + PAUSE >= deadline {
            return Err(failure);
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
}
