//! `http.request {method, url, headers, body, expect, timeoutMs}`: makes one HTTP request.
//!
//! Submitters must not reach the worker's network: only public addresses on a few ports are allowed, unless the configuration
//! allows more. Each name is resolved here, every address is checked, and the connection is made to a checked address, even if
//! the name resolves differently by then. Up to five redirects are followed and checked in the same way. A redirect whose
//! status is expected is a result and is not followed.
//!
//! Server errors, 408, 425, 429 and broken connections are retried, after `Retry-After` if the response has it; any other
//! unexpected status is a permanent failure. Its body is part of the error and of the job's log. Each request carries an
//! `Idempotency-Key` that is equal for all attempts of a run, and a `traceparent` if the trace of the job is sampled, unless the
//! submitter sets them.
//!
//! Response bodies are decompressed, and kept up to a limit. Text is decoded by its charset; any other body is base64 in the
//! result.

mod addresses;
mod allow_rule;
mod answer;
mod body;
mod body_text;
mod config;
mod content_coding;
mod exchange_error;
mod expect;
mod guard;
mod payload;
mod refusal;
mod request;
mod resolver;
mod retry_after;
mod transport;
mod unexpected;

use std::sync::Arc;

use async_trait::async_trait;
use odd_contracts::{JobType, RawJson};
use reqwest::header::{ACCEPT_ENCODING, HeaderMap, HeaderValue, LOCATION, RANGE};
use reqwest::{Response, StatusCode};
use tokio::sync::Semaphore;
use tokio::time::Instant;

pub use allow_rule::{AllowRule, InvalidAllowRule};
pub use config::HttpRequestConfig;
pub use resolver::NameResolver;

use crate::built_in::values::job_type;
use crate::{Handler, HandlerError, InvalidPayload, JobContext};
use guard::Guard;
use refusal::Refusal;
use request::{IDEMPOTENCY_KEY, Request, TRACEPARENT};
use resolver::SystemResolver;
use transport::Transport;

const MAX_REDIRECTS: usize = 5;

/// The handler of `http.request`.
pub struct HttpRequest {
    guard: Guard,
    transport: Transport,
    max_response_bytes: usize,
    /// Exchanges that may still begin.
    free: Semaphore,
}

impl HttpRequest {
    /// Creates a handler that uses the system's resolver.
    pub fn new(config: &HttpRequestConfig) -> Self {
        Self::with_resolver(config, Arc::new(SystemResolver))
    }

    /// Creates a handler that uses `resolver`. The addresses that it returns are checked as well.
    pub fn with_resolver(config: &HttpRequestConfig, resolver: Arc<dyn NameResolver>) -> Self {
        Self {
            guard: Guard::new(config, resolver),
            transport: Transport::new(config),
            max_response_bytes: config.max_response_bytes,
            free: Semaphore::new(config.max_running.map_or(Semaphore::MAX_PERMITS, |most| {
                most.min(Semaphore::MAX_PERMITS)
            })),
        }
    }

    async fn perform(
        &self,
        mut request: Request,
        deadline: Instant,
        ctx: &JobContext,
    ) -> Result<Option<RawJson>, HandlerError> {
        let started = Instant::now();
        let mut from = None;
        for _ in 0..=MAX_REDIRECTS {
            let response = self.exchange(&request, from.as_deref()).await?;
            let status = response.status();
            if request.expect.contains(status.as_u16()) {
                return answer::read(response, &request, self.max_response_bytes, started).await;
            }
            match redirect_target(&response) {
                Some(location) => {
                    from = Some(request.origin());
                    request = request.redirected(status, location)?;
                }
                None => {
                    return Err(unexpected::unexpected(response, &request, deadline, ctx).await);
                }
            }
        }
        Err(HandlerError::permanent(format_args!(
            "more than {MAX_REDIRECTS} redirects"
        )))
    }

    /// Sends a request, which may come from a redirect.
    async fn exchange(
        &self,
        request: &Request,
        redirected_from: Option<&str>,
    ) -> Result<Response, HandlerError> {
        let addresses = self
            .guard
            .addresses(&request.url)
            .await
            .map_err(|refusal| refused(&refusal, &request.origin(), redirected_from))?;
        self.transport.send(request, addresses).await
    }
}

#[async_trait]
impl Handler for HttpRequest {
    fn job_type(&self) -> JobType {
        job_type("http.request")
    }

    fn validate(&self, payload: Option<&str>) -> Result<(), InvalidPayload> {
        payload::read(payload, &self.guard).map(drop)
    }

    async fn run(&self, ctx: &JobContext) -> Result<Option<RawJson>, HandlerError> {
        let mut request = payload::read(ctx.raw_payload().map(RawJson::get), &self.guard)?;
        let _running = self
            .free
            .try_acquire()
            .map_err(|_| HandlerError::Overloaded {
                message: "as many exchanges run already as the limit of open files permits".into(),
            })?;
        add_idempotency_key(&mut request.headers, ctx);
        add_traceparent(&mut request.headers, ctx);
        add_accept_encoding(&mut request.headers);
        let timeout = request.timeout;
        let deadline = timeout.map_or(ctx.deadline(), |limit| {
            ctx.deadline().min(Instant::now() + limit)
        });
        let answered = async {
            match timeout {
                None => self.perform(request, deadline, ctx).await,
                Some(limit) => tokio::time::timeout(limit, self.perform(request, deadline, ctx))
                    .await
                    .unwrap_or_else(|_| {
                        Err(HandlerError::failed(format_args!(
                            "no complete response within {} ms",
                            limit.as_millis()
                        )))
                    }),
            }
        };
        tokio::select! {
            outcome = answered => outcome,
            () = ctx.cancellation().cancelled() => Err(HandlerError::Cancelled),
        }
    }
}

fn add_idempotency_key(headers: &mut HeaderMap, ctx: &JobContext) {
    headers.entry(IDEMPOTENCY_KEY).or_insert_with(|| {
        HeaderValue::try_from(ctx.idempotency_token())
            .expect("a UUID and a number are visible ASCII")
    });
}

/// Makes the spans of the receiver part of the job's trace, unless the submitter sets another one.
fn add_traceparent(headers: &mut HeaderMap, ctx: &JobContext) {
    if let Some(trace) = ctx.trace() {
        headers.entry(TRACEPARENT).or_insert_with(|| {
            HeaderValue::try_from(trace.to_string()).expect("a traceparent is visible ASCII")
        });
    }
}

/// A part of a compressed body could not be decoded, so a request for a range accepts none.
fn add_accept_encoding(headers: &mut HeaderMap) {
    if !headers.contains_key(RANGE) {
        let accepted = HeaderValue::from_static(content_coding::ACCEPTED);
        headers.entry(ACCEPT_ENCODING).or_insert(accepted);
    }
}

fn redirect_target(response: &Response) -> Option<&HeaderValue> {
    let redirects = matches!(
        response.status(),
        StatusCode::MOVED_PERMANENTLY
            | StatusCode::FOUND
            | StatusCode::SEE_OTHER
            | StatusCode::TEMPORARY_REDIRECT
            | StatusCode::PERMANENT_REDIRECT
    );
    response.headers().get(LOCATION).filter(|_| redirects)
}

fn refused(refusal: &Refusal, origin: &str, redirected_from: Option<&str>) -> HandlerError {
    let message = match redirected_from {
        Some(from) => format!("{from} redirects to {origin}, which was not requested: {refusal}"),
        None => format!("{origin} was not requested: {refusal}"),
    };
    if refusal.is_shortage() {
        HandlerError::Overloaded { message }
    } else if refusal.is_transient() {
        HandlerError::Failed { message }
    } else {
        HandlerError::Permanent { message }
    }
}
