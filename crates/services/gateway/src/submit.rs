use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use odd_contracts::schema::validate_submission;
use odd_contracts::{CorrelationId, Job, JobSubmission};
use odd_core::NewJob;
use odd_core::ports::{Acceptance, Submitted};
use odd_service_kit::{
    Correlation, JsonBody, ProblemResponse, ReceivedAt, RequestTrace, parse_json,
};

use crate::admission::admit;
use crate::answers::submitted;
use crate::idempotency::IdempotencyKey;
use crate::job_creation::JobCreation;
use crate::problems::{invalid, job_not_found, store_problem, submit_problem};
use crate::state::{GatewayState, SharedState};

/// `POST /jobs`
pub(crate) async fn submit_job(
    State(gateway): State<SharedState>,
    Correlation(request): Correlation,
    RequestTrace(trace): RequestTrace,
    ReceivedAt(received_at): ReceivedAt,
    IdempotencyKey(key): IdempotencyKey,
    JsonBody(body): JsonBody,
) -> Result<Response, ProblemResponse> {
    let submission = read_submission(&body)?;
    let job = admit(&gateway.handlers, submission, key, request)
        .map_err(ProblemResponse::contract_violation)?;
    let mut jobs = [job];
    let creation = JobCreation::begin(&gateway.tracer, trace, &mut jobs);
    let jobs: Arc<[NewJob]> = Arc::new(jobs);
    let began = gateway.submissions.validated(received_at, &jobs);
    let answers = gateway.jobs.submit(Arc::clone(&jobs)).await;
    let answers = answers.map_err(|error| submit_problem(error, request, false))?;
    if let Some(creation) = creation {
        creation.finish(&gateway.tracer, &jobs, &answers);
    }
    gateway.submissions.stored(began, &jobs);
    let [answer] = answers[..] else {
        tracing::error!(
            "the store returned {} results for 1 submission",
            answers.len()
        );
        return Err(ProblemResponse::internal());
    };
    if answer.acceptance == Acceptance::Created {
        gateway
            .submissions
            .count(std::iter::once(&jobs[0].job_type));
        let job = jobs[0].accepted(answer.accepted_at);
        return Ok(submitted(answer.acceptance, job));
    }
    let job = existing_job(&gateway, answer, request).await?;
    Ok(submitted(answer.acceptance, job))
}

fn read_submission(body: &[u8]) -> Result<JobSubmission, ProblemResponse> {
    let value = parse_json(body)?;
    validate_submission(&value).map_err(ProblemResponse::contract_violation)?;
    serde_json::from_slice(body)
        .map_err(|error| ProblemResponse::contract_violation(vec![invalid("", error.to_string())]))
}

/// Returns the current state of the job that an earlier submission created.
async fn existing_job(
    gateway: &GatewayState,
    answer: Submitted,
    request: CorrelationId,
) -> Result<Job, ProblemResponse> {
    let found = gateway.reader.job(answer.id).await;
    let mut job = found
        .map_err(|error| store_problem(&error, request))?
        .ok_or_else(|| job_not_found(answer.id))?;
    job.attempts = None;
    Ok(job)
}
