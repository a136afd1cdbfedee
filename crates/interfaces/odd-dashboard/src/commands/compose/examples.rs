use std::time::Duration;

use odd_client::Client;
use odd_contracts::JobSubmission;

/// The pause between two example jobs.
const PAUSE: Duration = Duration::from_secs(2);

/// Jobs that show what the observatory shows: quick and slow ones, retries, failures, priorities and delays.
const EXAMPLES: [&str; 8] = [
    r#"{"type":"echo","payload":{"hello":"world"},"tags":["example"]}"#,
    r#"{"type":"sleep","payload":{"ms":4000},"tags":["example"]}"#,
    r#"{"type":"flaky","payload":{"failures":2},"tags":["example"]}"#,
    r#"{"type":"echo","payload":{"report":"daily"},"queue":"reports","tags":["example"]}"#,
    r#"{"type":"sleep","payload":{"ms":15000},"queue":"reports","tags":["example"]}"#,
    r#"{"type":"echo","payload":{"order":42},"priority":50,"tags":["example"]}"#,
    r#"{"type":"echo","payload":{"reminder":"later"},"delayMs":20000,"tags":["example"]}"#,
    r#"{"type":"fail","payload":{"message":"the address does not exist","permanent":true},"tags":["example"]}"#,
];

/// Submits example jobs until the future is dropped. A gateway that does not answer is asked again with the next job.
pub(super) async fn submit(client: &Client) {
    let mut interval = tokio::time::interval(PAUSE);
    for text in EXAMPLES.iter().cycle() {
        interval.tick().await;
        let _ = client.submit(&example(text), None).await;
    }
}

fn example(text: &str) -> JobSubmission {
    serde_json::from_str(text).expect("a test parses every example")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_example_is_a_submission() {
        for text in EXAMPLES {
            assert_eq!(example(text).tags.len(), 1, "{text}");
        }
    }
}
