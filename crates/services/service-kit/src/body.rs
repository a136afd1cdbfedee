use axum::body::{Body, HttpBody};
use axum::extract::{FromRequest, Request};
use axum::http::header::CONTENT_LENGTH;
use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use odd_contracts::{FieldError, parse_strict};
use serde_json::Value;

use crate::body_budget::BodyShare;
use crate::media::{content_encoding, is_json};
use crate::request_context::RequestContext;
use crate::{ProblemCode, ProblemResponse};

/// Extracts the unparsed bytes of an `application/json` body, within the size limit of the route, the time limit and the
/// memory budget.
#[derive(Debug, Clone)]
pub struct JsonBody(pub Bytes);

impl<S: Sync> FromRequest<S> for JsonBody {
    type Rejection = ProblemResponse;

    async fn from_request(request: Request, _state: &S) -> Result<Self, ProblemResponse> {
        let limits = request
            .extensions()
            .get::<RequestContext>()
            .map(|context| context.body.clone())
            .ok_or_else(ProblemResponse::internal)?;
        if !is_json(request.headers()) {
            return Err(ProblemResponse::new(
                ProblemCode::UnsupportedMediaType,
                "the Content-Type must be application/json",
            ));
        }
        if let Some(encoding) = content_encoding(request.headers()) {
            return Err(ProblemResponse::new(
                ProblemCode::UnsupportedMediaType,
                format!(
                    "the Content-Encoding {encoding:?} is not supported; send the body uncompressed, without the header"
                ),
            ));
        }
        let declared = request.headers().get(CONTENT_LENGTH);
        let declared = declared.and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
        if declared.is_some_and(|bytes| bytes > limits.max_bytes as u64) {
            return Err(too_large(limits.max_bytes));
        }
        let reading = read(
            request.into_body(),
            limits.max_bytes,
            limits.budget.empty_share(),
        );
        match tokio::time::timeout(limits.read_timeout, reading).await {
            Ok(result) => result.map(Self),
            Err(_) => Err(ProblemResponse::new(
                ProblemCode::RequestTimeout,
                "the body did not arrive in time",
            )),
        }
    }
}

/// Parses a body strictly.
///
/// # Errors
/// If it is not JSON, or if it has duplicate keys, numbers out of range or too deep nesting.
pub fn parse_json(body: &[u8]) -> Result<Value, ProblemResponse> {
    parse_strict(body).map_err(|error| {
        let place = FieldError {
            pointer: error.pointer().to_owned(),
            message: error.to_string(),
        };
        let detail = format!("the body is not acceptable JSON: {error}");
        ProblemResponse::new(ProblemCode::InvalidJson, detail).with_errors(vec![place])
    })
}

async fn read(
    mut body: Body,
    max_bytes: usize,
    mut share: BodyShare,
) -> Result<Bytes, ProblemResponse> {
    let expected = body.size_hint().exact().unwrap_or(0);
    let expected = usize::try_from(expected).unwrap_or(0).min(max_bytes);
    share.cover(expected)?;
    let Some(first) = next_data(&mut body).await? else {
        return Ok(Bytes::new());
    };
    if body.is_end_stream() && first.len() <= max_bytes {
        share.cover(first.len())?;
        return Ok(share.bind(first));
    }
    let mut all = BytesMut::with_capacity(expected.max(first.len()));
    let mut next = Some(first);
    while let Some(data) = next {
        if all.len() + data.len() > max_bytes {
            return Err(too_large(max_bytes));
        }
        share.cover(all.len() + data.len())?;
        all.extend_from_slice(&data);
        next = next_data(&mut body).await?;
    }
    Ok(share.bind(all.freeze()))
}

async fn next_data(body: &mut Body) -> Result<Option<Bytes>, ProblemResponse> {
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| {
            ProblemResponse::new(
                ProblemCode::BadRequest,
                "the body is truncated or malformed",
            )
        })?;
        if let Ok(data) = frame.into_data() {
            return Ok(Some(data));
        }
    }
    Ok(None)
}

fn too_large(max_bytes: usize) -> ProblemResponse {
    ProblemResponse::new(
        ProblemCode::PayloadTooLarge,
        format!("the body may hold at most {max_bytes} bytes"),
    )
}
