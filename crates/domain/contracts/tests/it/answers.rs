use odd_contracts::{
    BatchAccepted, DrillFaults, FailureList, Job, JobAttempt, JobSubmission, LogLine, Overview,
    Problem, Stats, TerminalServerMessage, TerminalTicket,
};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

/// Reads an example of the contract.
fn golden(path: &str) -> Value {
    let root = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../../contracts/fixtures/golden"
    );
    let text = std::fs::read_to_string(format!("{root}/{path}.json")).expect(path);
    serde_json::from_str(&text).expect("JSON")
}

/// Adds a member to the value, and to each object in a list.
fn extend(value: &mut Value, is_object_known: bool) {
    match value {
        Value::Object(members) => {
            members
                .values_mut()
                .for_each(|member| extend(member, false));
            if is_object_known {
                members.insert("addedLater".to_owned(), json!({"a": 1}));
            }
        }
        Value::Array(values) => values.iter_mut().for_each(|value| extend(value, true)),
        _ => {}
    }
}

/// Checks that a reader ignores what a newer minor version adds to `answer`.
fn check<T: DeserializeOwned + PartialEq + std::fmt::Debug>(answer: &Value) {
    let known: T = serde_json::from_value(answer.clone()).expect("an answer");
    let mut newer = answer.clone();
    extend(&mut newer, true);
    assert_ne!(&newer, answer);
    let read: T = serde_json::from_value(newer).expect("an answer of a newer version");
    assert_eq!(read, known);
}

#[test]
fn members_that_a_newer_minor_version_adds_to_answers_are_ignored() {
    check::<Job>(&golden("job/failed-with-fingerprint"));
    check::<JobAttempt>(&golden("job-attempt/succeeded"));
    check::<Overview>(&golden("overview/busy"));
    check::<Stats>(&golden("stats/some"));
    check::<Problem>(&golden("problem/validation"));
    check::<BatchAccepted>(&golden("batch-accepted/several"));
    check::<LogLine>(&golden("log-line/log"));
    check::<DrillFaults>(&golden("drill-faults/every-member"));
    check::<TerminalServerMessage>(&golden("terminal-server-message/notice"));
    check::<TerminalTicket>(&golden("terminal-ticket/new-session"));
    check::<FailureList>(&json!({
        "groups": [{
            "fingerprint": "9c2f1e0b7a4d3c55", "type": "mail", "code": "error", "message": "no",
            "firstSeenAt": "2026-01-31T12:00:00.000000Z", "lastSeenAt": "2026-01-31T12:00:02.000000Z",
            "occurrences": 2, "jobs": 1, "versions": [], "sampleJobIds": [],
        }],
        "unlisted": 0, "asOf": "2026-01-31T12:00:03.000000Z",
    }));
}

#[test]
fn unknown_fields_of_requests_are_refused() {
    let submission = json!({"type": "echo", "addedLater": 1});
    let refused = serde_json::from_value::<JobSubmission>(submission);
    assert!(refused.is_err());
}
