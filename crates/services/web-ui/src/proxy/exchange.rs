use axum::body::{Body, HttpBody};
use axum::extract::{FromRequestParts, Request};
use axum::http::header::UPGRADE;
use axum::http::request::Parts;
use axum::http::{Method, StatusCode};
use axum::response::Response;
use odd_contracts::CorrelationId;
use odd_service_kit::{PeerAddress, ProblemCode, ProblemResponse, Upgrade};
use reqwest::RequestBuilder;

use super::answer::answer;
use super::headers::prepare_request;
use super::target::target;
use super::tunnel;
use super::upload::{Upload, UploadOutcome, too_large};
use super::upstream::{Permit, Upstream};

/// Passes a request on to an upstream and returns its response.
///
/// # Errors
/// If the request must not be passed on, the upstream cannot be reached, or does not respond in time.
pub(super) async fn forward(
    upstream: &Upstream,
    correlation_id: CorrelationId,
    request: Request,
) -> Result<Response, ProblemResponse> {
    let permit = upstream.begin_exchange()?;
    let (mut parts, body) = request.into_parts();
    let is_websocket = upstream.has_tunnels && is_websocket(&parts);
    let outgoing = prepare(upstream, &mut parts, correlation_id)?;
    if !is_websocket {
        return exchange(upstream, outgoing, body, permit).await;
    }
    if !body.is_end_stream() {
        return Err(ProblemResponse::new(
            ProblemCode::BadRequest,
            "a WebSocket must not be opened with a body",
        ));
    }
    open_tunnel(upstream, parts, outgoing, permit).await
}

/// Returns the request to the upstream, without its body.
fn prepare(
    upstream: &Upstream,
    parts: &mut Parts,
    correlation_id: CorrelationId,
) -> Result<RequestBuilder, ProblemResponse> {
    let path = path_below_the_prefix(parts.uri.path());
    let url = target(&upstream.base, path, parts.uri.query())?;
    let peer = parts.extensions.get::<PeerAddress>();
    let peer = peer.map(|PeerAddress(address)| address.ip());
    let mut headers = std::mem::take(&mut parts.headers);
    prepare_request(&mut headers, correlation_id, peer);
    let request = upstream.client.request(parts.method.clone(), url);
    Ok(request.headers(headers))
}

/// Returns the part of the path after `/api/UPSTREAM/`, as the client sent it.
fn path_below_the_prefix(path: &str) -> &str {
    path.splitn(4, '/').nth(3).unwrap_or_default()
}

async fn exchange(
    upstream: &Upstream,
    outgoing: RequestBuilder,
    body: Body,
    permit: Permit,
) -> Result<Response, ProblemResponse> {
    let max_bytes = upstream.max_body_bytes;
    if body.size_hint().lower() > max_bytes {
        return Err(too_large(max_bytes));
    }
    let is_empty = body.is_end_stream();
    let (upload, mut outcome) = Upload::new(body, max_bytes, upstream.upload_timeout);
    let outgoing = match is_empty {
        true => {
            drop(upload);
            outgoing
        }
        false => outgoing.body(reqwest::Body::wrap(upload)),
    };
    let response = send(upstream, outgoing, &mut outcome).await?;
    if response.status().is_informational() {
        return Err(broken(upstream));
    }
    Ok(answer(response, upstream, permit))
}

async fn send(
    upstream: &Upstream,
    outgoing: RequestBuilder,
    upload: &mut UploadOutcome,
) -> Result<reqwest::Response, ProblemResponse> {
    let sending = outgoing.send();
    tokio::pin!(sending);
    let response = tokio::select! {
        response = &mut sending => response,
        () = upload.ended() => {
            match tokio::time::timeout(upstream.limits.answer_timeout, sending).await {
                Ok(response) => response,
                Err(_) => return Err(late(upstream)),
            }
        }
    };
    response.map_err(|error| {
        let of_the_client = upload.problem(upstream.max_body_bytes);
        of_the_client.unwrap_or_else(|| failed(upstream, &error))
    })
}

async fn open_tunnel(
    upstream: &Upstream,
    mut parts: Parts,
    outgoing: RequestBuilder,
    permit: Permit,
) -> Result<Response, ProblemResponse> {
    let client = Upgrade::from_request_parts(&mut parts, &()).await?;
    let sending = tunnel::request(outgoing).send();
    let response = tokio::time::timeout(upstream.limits.answer_timeout, sending).await;
    let response = response.map_err(|_| late(upstream))?;
    let response = response.map_err(|error| failed(upstream, &error))?;
    if response.status() != StatusCode::SWITCHING_PROTOCOLS {
        return Ok(answer(response, upstream, permit));
    }
    let opened = tunnel::open(client, response, upstream, permit).await;
    opened.map_err(|error| failed(upstream, &error))
}

fn is_websocket(request: &Parts) -> bool {
    let mut protocols = request.headers.get_all(UPGRADE).iter();
    let protocol = protocols.next().map(|value| value.as_bytes());
    request.method == Method::GET
        && protocol.is_some_and(|protocol| protocol.eq_ignore_ascii_case(b"websocket"))
        && protocols.next().is_none()
}

fn failed(upstream: &Upstream, error: &reqwest::Error) -> ProblemResponse {
    // The URL may contain names that the caller has chosen; the log has it with the request.
    tracing::debug!(
        upstream = upstream.name,
        ?error,
        "a request could not be passed on"
    );
    match error.is_connect() {
        true => ProblemResponse::unavailable(format!("the {} cannot be reached", upstream.name)),
        false => broken(upstream),
    }
}

fn broken(upstream: &Upstream) -> ProblemResponse {
    let detail = format!(
        "the {} gave no valid response; the request may have been executed",
        upstream.name
    );
    ProblemResponse::new(ProblemCode::BadGateway, detail)
}

fn late(upstream: &Upstream) -> ProblemResponse {
    let detail = format!(
        "the {} gave no response within {:?}; the request may have been executed",
        upstream.name, upstream.limits.answer_timeout
    );
    ProblemResponse::new(ProblemCode::GatewayTimeout, detail)
}
