use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use odd_contracts::schema::validate_batch;
use odd_contracts::{
    BatchAccepted, BatchItem, BatchSubmission, CorrelationId, FieldError, MAX_JOB_BYTES,
};
use odd_core::NewJob;
use odd_core::ports::{Acceptance, Submitted};
use odd_service_kit::{
    Correlation, Json, JsonBody, ProblemCode, ProblemResponse, ReceivedAt, RequestTrace, parse_json,
};
use odd_worker::HandlerRegistry;
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::admission::{admit, within};
use crate::idempotency::NoIdempotencyKey;
use crate::job_creation::JobCreation;
use crate::problems::{invalid, submit_problem};
use crate::state::{GatewayState, SharedState};

/// Larger bodies are parsed on a blocking thread, which keeps the runtime free for short requests.
const INLINE_BYTES: usize = 64 * 1024;

/// `POST /jobs/batch`
pub(crate) async fn submit_batch(
    State(gateway): State<SharedState>,
    Correlation(request): Correlation,
    RequestTrace(trace): RequestTrace,
    ReceivedAt(received_at): ReceivedAt,
    _: NoIdempotencyKey,
    JsonBody(body): JsonBody,
) -> Result<Response, ProblemResponse> {
    // `body` and its share of the memory budget are kept until the response: the jobs are as large.
    let mut jobs = read_jobs(&gateway, body.clone(), request).await?;
    let creation = JobCreation::begin(&gateway.tracer, trace, &mut jobs);
    let jobs: Arc<[NewJob]> = jobs.into();
    let began = gateway.submissions.validated(received_at, &jobs);
    let answers = gateway.jobs.submit(Arc::clone(&jobs)).await;
    let answers = answers.map_err(|error| submit_problem(error, request, true))?;
    if let Some(creation) = creation {
        creation.finish(&gateway.tracer, &jobs, &answers);
    }
    gateway.submissions.stored(began, &jobs);
    let created = jobs.iter().zip(&answers);
    let created = created.filter(|(_, answer)| answer.acceptance == Acceptance::Created);
    gateway
        .submissions
        .count(created.map(|(job, _)| &job.job_type));
    Ok(accepted(&answers))
}

/// Returns 201 if at least one job is new.
fn accepted(answers: &[Submitted]) -> Response {
    let is_new = |answer: &Submitted| answer.acceptance == Acceptance::Created;
    let status = if answers.iter().any(is_new) {
        StatusCode::CREATED
    } else {
        StatusCode::OK
    };
    let items = answers.iter().map(|answer| BatchItem {
        id: answer.id,
        status: answer.status,
        acceptance: Some(answer.acceptance),
    });
    let jobs = items.collect();
    (status, Json(BatchAccepted { jobs })).into_response()
}

async fn read_jobs(
    gateway: &GatewayState,
    body: Bytes,
    request: CorrelationId,
) -> Result<Vec<NewJob>, ProblemResponse> {
    if body.len() <= INLINE_BYTES {
        return read_batch(&gateway.handlers, &body, request);
    }
    let parsers = Arc::clone(&gateway.parsers);
    let parser = parsers.acquire_owned().await.expect("it is never closed");
    let handlers = gateway.handlers.clone();
    let parsing = tokio::task::spawn_blocking(move || {
        let _parser = parser;
        read_batch(&handlers, &body, request)
    });
    let parsed = parsing.await;
    parsed.unwrap_or_else(|_| Err(ProblemResponse::internal()))
}

fn read_batch(
    handlers: &HandlerRegistry,
    body: &[u8],
    request: CorrelationId,
) -> Result<Vec<NewJob>, ProblemResponse> {
    let value = parse_json(body)?;
    validate_batch(&value).map_err(ProblemResponse::contract_violation)?;
    drop(value);
    check_sizes(body)?;
    let batch: BatchSubmission = serde_json::from_slice(body).map_err(|error| {
        ProblemResponse::contract_violation(vec![invalid("", error.to_string())])
    })?;
    let mut jobs = Vec::with_capacity(batch.jobs.len());
    let mut errors: Vec<FieldError> = Vec::new();
    for (index, submission) in batch.jobs.into_iter().enumerate() {
        match admit(handlers, submission, None, request) {
            Ok(job) => jobs.push(job),
            Err(found) => errors.extend(within(&format!("/jobs/{index}"), found)),
        }
    }
    if errors.is_empty() {
        return Ok(jobs);
    }
    Err(ProblemResponse::contract_violation(errors))
}

/// Refuses jobs that would be too large on their own.
fn check_sizes(body: &[u8]) -> Result<(), ProblemResponse> {
    #[derive(Deserialize)]
    struct Jobs<'a> {
        #[serde(borrow)]
        jobs: Vec<&'a RawValue>,
    }
    if body.len() <= MAX_JOB_BYTES {
        return Ok(());
    }
    let Ok(Jobs { jobs }) = serde_json::from_slice(body) else {
        return Ok(());
    };
    let too_large = jobs.iter().enumerate().filter_map(|(index, job)| {
        let length = job.get().len();
        let message = format!("has {length} bytes; a job may have at most {MAX_JOB_BYTES}");
        (length > MAX_JOB_BYTES).then(|| invalid(format!("/jobs/{index}"), message))
    });
    let errors: Vec<FieldError> = too_large.collect();
    match errors.is_empty() {
        true => Ok(()),
        false => Err(ProblemResponse::new(
            ProblemCode::PayloadTooLarge,
            "nothing was accepted: a job of the batch exceeds the limit of a single one",
        )
        .with_errors(errors)),
    }
}
