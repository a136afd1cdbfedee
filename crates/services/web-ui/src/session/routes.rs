use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::header::{CACHE_CONTROL, ORIGIN, SET_COOKIE};
use axum::http::{HeaderMap, HeaderName, StatusCode};
use axum::response::{IntoResponse, Response};
use odd_contracts::FieldError;
use odd_service_kit::{
    Access, Caller, Json, JsonBody, ProblemCode, ProblemResponse, Role, Route, Routes, parse_json,
};
use serde::{Deserialize, Serialize};

use super::cookie::SessionCookie;
use super::state::SessionState;
use crate::same_site::SameSite;

const SESSION: &str = "/session";
const MAX_BODY_BYTES: usize = 8 * 1024;
/// Longest token, in bytes: a cookie may have 4,096, and Base64 adds a third.
const MAX_TOKEN_BYTES: usize = 1_000;

const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");

/// Returns the routes that show, start and end the session of a browser.
pub(crate) fn routes() -> Routes<Arc<SessionState>> {
    let sign_in = Route::post(SESSION, Access::Public).max_body_bytes(MAX_BODY_BYTES);
    Routes::new()
        .add(Route::get(SESSION, Access::Public), get_session)
        .add(sign_in, start_session)
        .add(Route::delete(SESSION, Access::Public), end_session)
}

/// The session of a browser, and what it can use.
#[derive(Debug, Serialize)]
struct Session<'a> {
    /// `token` if requests need a token, otherwise `none`.
    authentication: &'static str,
    /// `null` without a known token.
    caller: Option<SessionCaller<'a>>,
    version: &'a str,
    terminal: Terminal,
}

#[derive(Debug, Serialize)]
struct SessionCaller<'a> {
    name: &'a str,
    role: &'static str,
}

#[derive(Debug, Serialize)]
struct Terminal {
    configured: bool,
}

impl SessionState {
    fn session(&self, caller: Option<&Caller>) -> Response {
        let session = Session {
            authentication: match self.tokens {
                Some(_) => "token",
                None => "none",
            },
            caller: caller.map(|caller| SessionCaller {
                name: &caller.name,
                role: role_name(caller.role),
            }),
            version: &self.version,
            terminal: Terminal {
                configured: self.has_terminal,
            },
        };
        ([(CACHE_CONTROL, "no-store")], Json(session)).into_response()
    }
}

const fn role_name(role: Role) -> &'static str {
    match role {
        Role::Submit => "submit",
        Role::Read => "read",
        Role::Operate => "operate",
        Role::Admin => "admin",
    }
}

async fn get_session(State(state): State<Arc<SessionState>>, request: Request) -> Response {
    state.session(request.extensions().get::<Caller>())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SignIn {
    token: String,
}

async fn start_session(
    State(state): State<Arc<SessionState>>,
    _same_site: SameSite,
    headers: HeaderMap,
    JsonBody(body): JsonBody,
) -> Result<Response, Response> {
    let tokens = state.tokens.as_deref().ok_or_else(|| {
        refusal(
            ProblemCode::Conflict,
            "no tokens are configured, so there is nothing to sign in to",
        )
    })?;
    let token = read_token(&body).map_err(IntoResponse::into_response)?;
    let caller = tokens.authenticate(&token).ok_or_else(|| {
        refusal(
            ProblemCode::Unauthenticated,
            "the token is not known; copy all of it, or ask the operator for one",
        )
    })?;
    tracing::info!(caller = %caller.name, "a browser has signed in");
    let cookie = SessionCookie::new(token).set(&headers, &state.base_path, uses_https(&headers));
    let mut response = state.session(Some(&caller));
    response.headers_mut().insert(SET_COOKIE, cookie);
    Ok(response)
}

async fn end_session(
    State(state): State<Arc<SessionState>>,
    _same_site: SameSite,
    headers: HeaderMap,
) -> Response {
    let cookie = SessionCookie::clear(&headers, &state.base_path);
    (StatusCode::NO_CONTENT, [(SET_COOKIE, cookie)]).into_response()
}

fn read_token(body: &[u8]) -> Result<String, ProblemResponse> {
    let invalid = |pointer: &str, message: String| {
        ProblemResponse::contract_violation(vec![FieldError {
            pointer: pointer.to_owned(),
            message,
        }])
    };
    let SignIn { token } = serde_json::from_value(parse_json(body)?)
        .map_err(|error| invalid("", error.to_string()))?;
    match (1..=MAX_TOKEN_BYTES).contains(&token.len()) {
        true => Ok(token),
        false => Err(invalid(
            "/token",
            format!("must have 1 to {MAX_TOKEN_BYTES} bytes"),
        )),
    }
}

fn refusal(code: ProblemCode, detail: &'static str) -> Response {
    ProblemResponse::new(code, detail).into_response()
}

/// Returns `true` if the browser uses HTTPS, which ends at a proxy.
fn uses_https(headers: &HeaderMap) -> bool {
    let is_https_page = text(headers, &ORIGIN).is_some_and(|origin| origin.starts_with("https://"));
    is_https_page || text(headers, &FORWARDED_PROTO) == Some("https")
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get_all(name).iter().next_back()?.to_str().ok()
}
