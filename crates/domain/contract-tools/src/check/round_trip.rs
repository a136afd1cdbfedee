use odd_contracts::{
    Alert, AlertRules, BatchAccepted, BatchSubmission, DrillFaults, DrillRequest, EventBatch,
    EventEnvelope, EventPayload, Job, JobAttempt, JobStatus, JobSubmission, LogLine, Overview,
    ParkedMessage, Problem, Stats, StreamGap, TerminalClientMessage, TerminalServerMessage,
    TerminalTicket, TerminalTicketRequest, WorkReady,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// Reads `fixture` into the type of the schema `name`, writes it again, and compares. Returns `None` for a schema without a
/// type.
pub(super) fn round_trip(name: &str, fixture: &Value) -> Option<Result<(), String>> {
    let result = match name {
        "alert" => through::<Alert>(fixture),
        "alert-rules" => through::<AlertRules>(fixture),
        "batch-accepted" => through::<BatchAccepted>(fixture),
        "batch-submission" => through::<BatchSubmission>(fixture),
        "drill-faults" => through::<DrillFaults>(fixture),
        "drill-request" => through::<DrillRequest>(fixture),
        "event-batch" => through::<EventBatch>(fixture),
        "event-envelope" => through::<EventEnvelope>(fixture),
        "job" => through::<Job>(fixture),
        "job-attempt" => through::<JobAttempt>(fixture),
        "job-status" => through::<JobStatus>(fixture),
        "job-submission" => through::<JobSubmission>(fixture),
        "log-line" => through::<LogLine>(fixture),
        "overview" => through::<Overview>(fixture),
        "parked-message" => through::<ParkedMessage>(fixture),
        "problem" => through::<Problem>(fixture),
        "stats" => through::<Stats>(fixture),
        "stream-gap" => through::<StreamGap>(fixture),
        "terminal-client-message" => through::<TerminalClientMessage>(fixture),
        "terminal-server-message" => through::<TerminalServerMessage>(fixture),
        "terminal-ticket" => through::<TerminalTicket>(fixture),
        "terminal-ticket-request" => through::<TerminalTicketRequest>(fixture),
        "work-ready" => through::<WorkReady>(fixture),
        name if name.starts_with("events/") => through::<EventPayload>(fixture),
        _ => return None,
    };
    Some(result)
}

fn through<T: DeserializeOwned + Serialize>(fixture: &Value) -> Result<(), String> {
    let text = fixture.to_string();
    let typed: T = serde_json::from_str(&text)
        .map_err(|error| format!("cannot be read into the Rust type: {error}"))?;
    let written = serde_json::to_value(&typed)
        .map_err(|error| format!("cannot be written from the Rust type: {error}"))?;
    if written == *fixture {
        return Ok(());
    }
    Err(format!("is changed by the Rust type to {written:.500}"))
}
