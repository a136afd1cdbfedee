use serde_json::json;

/// The program that jobs may run: it prints lines.
pub(super) const PROGRAM: &str = "/usr/bin/printf";

/// The number of jobs that complete, with the one of the tour.
pub(super) const COMPLETED: u64 = 46;

/// Returns jobs of every status and several types, one on each line.
pub(super) fn lines() -> String {
    let mut jobs = Vec::new();
    for number in 0..40 {
        jobs.push(json!({"type": "echo", "payload": {"order": number}, "queue": "mail", "tags": ["nightly"]}));
    }
    for failures in 0..4 {
        jobs.push(json!({"type": "flaky", "payload": {"failures": failures}, "maxAttempts": 6}));
    }
    let message = "the SMTP server refused the recipient";
    jobs.push(
        json!({"type": "fail", "payload": {"message": message}, "maxAttempts": 3, "queue": "mail"}),
    );
    jobs.push(
        json!({"type": "fail", "payload": {"message": "the account is closed", "permanent": true}}),
    );
    jobs.push(json!({"type": "process.run", "payload": {"program": PROGRAM, "args": ["%s\n", "reading page 1", "reading page 2", "done"]}, "queue": "reports"}));
    jobs.push(json!({"type": "sleep", "payload": {"ms": 3_600_000}, "queue": "reports", "timeoutMs": 4_000_000}));
    jobs.push(json!({"type": "echo", "payload": {"month": "2026-11"}, "delayMs": 3_600_000, "queue": "reports"}));
    jobs.push(json!({"type": "invoice.render", "payload": {"invoice": 4_711, "total": "1290.00", "lines": [{"sku": "a-1", "count": 2}, {"sku": "b-7", "count": 1}]}, "queue": "reports", "tags": ["tenant-7"]}));
    jobs.iter().map(|job| format!("{job}\n")).collect()
}
