use std::sync::Arc;

use super::access::Connection;
use crate::{Finding, Fix};

const WARN_MS: u64 = 5_000;
const FAIL_MS: u64 = 60_000;

/// Checks how old the views are.
pub(super) async fn check(connection: Arc<Connection>) -> Finding {
    match connection.client.stats().await {
        Ok(stats) => finding(stats.age_ms),
        Err(error) => connection.unanswered(&error),
    }
}

fn finding(age_ms: Option<u64>) -> Finding {
    let Some(age_ms) = age_ms else {
        return Finding::skipped("the read-model does not tell the age of its figures");
    };
    let detail = format!("the figures are {:.1} s old", age_ms as f64 / 1000.0);
    let fix = || {
        let text = "check that the metrics-engine runs and that its servers answer; its log tells why it is behind";
        Fix::new(text).command("odd-dashboard status")
    };
    match age_ms {
        ..WARN_MS => Finding::ok(detail),
        WARN_MS..FAIL_MS => Finding::warn(detail, fix()),
        _ => Finding::fail(detail, fix()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::CheckStatus;

    #[test]
    fn old_figures_warn_before_they_fail() {
        assert_eq!(finding(None).status(), CheckStatus::Skipped);
        assert_eq!(finding(Some(WARN_MS - 1)).status(), CheckStatus::Ok);
        assert_eq!(finding(Some(WARN_MS)).status(), CheckStatus::Warn);
        let old = finding(Some(90_500));
        assert_eq!(
            (old.status(), old.detail()),
            (CheckStatus::Fail, "the figures are 90.5 s old")
        );
    }
}
