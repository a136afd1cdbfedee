use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::extract::{Extension, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use odd_contracts::schema::Schemas;
use odd_contracts::{FieldError, TerminalMode, TerminalTicket, TerminalTicketRequest, Timestamp};
use odd_service_kit::{
    Access, Caller, CallerName, Json, JsonBody, PeerAddress, ProblemCode, ProblemResponse,
    SecretHash, bearer_secret, parse_json,
};
use uuid::Uuid;

use crate::client_address::client_address;
use crate::metrics::Rejection;
use crate::program::Launch;
use crate::registry::Refusal;
use crate::session::NewSession;
use crate::state::{Server, SharedState};

/// `POST /tickets`
pub(crate) async fn post_ticket(
    State(server): State<SharedState>,
    PeerAddress(peer): PeerAddress,
    CallerName(name): CallerName,
    caller: Option<Extension<Caller>>,
    headers: HeaderMap,
    JsonBody(body): JsonBody,
) -> Result<Response, ProblemResponse> {
    let client = client_address(peer.ip(), &headers, &server.config.trusted_proxies);
    let role = caller.map(|Extension(caller)| caller.role);
    let issued = match read_request(&body)? {
        TerminalTicketRequest::New { mode, view } => {
            let may_change = role.is_none_or(|role| Access::Operate.allows(role));
            check_mode(&server, mode, may_change)?;
            let new = NewSession {
                caller: name,
                client,
                mode,
                command: server
                    .config
                    .program
                    .command(Launch {
                        mode,
                        view: &view.unwrap_or_default(),
                        token: role.and_then(|_| bearer_secret(&headers)),
                    })
                    .map_err(|failure| {
                        ProblemResponse::contract_violation(vec![FieldError {
                            pointer: failure.pointer.to_owned(),
                            message: failure.message,
                        }])
                    })?,
            };
            server.registry.issue_new(new).map(|ticket| (ticket, None))
        }
        TerminalTicketRequest::Reconnect { reconnect_token } => {
            let token = SecretHash::of(&reconnect_token);
            let issued = server.registry.issue_reconnect(client, &name, token);
            issued.map(|(ticket, session)| (ticket, Some(session)))
        }
    };
    let (ticket, session) = issued.map_err(|refusal| refuse(&server, refusal))?;
    Ok(created(&server, ticket, session))
}

fn created(server: &Server, ticket: String, session_id: Option<Uuid>) -> Response {
    let ticket = TerminalTicket {
        ticket,
        expires_at: now_plus(server.config.limits.ticket),
        session_id,
    };
    (StatusCode::CREATED, Json(ticket)).into_response()
}

fn read_request(body: &[u8]) -> Result<TerminalTicketRequest, ProblemResponse> {
    let value = parse_json(body)?;
    let schema = Schemas::embedded().get("terminal-ticket-request");
    let schema = schema.expect("the schemas of this build contain it");
    schema
        .validate(&value)
        .map_err(ProblemResponse::contract_violation)?;
    serde_json::from_value(value).map_err(|error| {
        ProblemResponse::contract_violation(vec![FieldError {
            pointer: String::new(),
            message: error.to_string(),
        }])
    })
}

fn check_mode(
    server: &Server,
    mode: TerminalMode,
    may_change: bool,
) -> Result<(), ProblemResponse> {
    let detail = match mode {
        TerminalMode::ReadOnly => return Ok(()),
        TerminalMode::Interactive if !server.config.interactive => {
            "interactive terminals are not allowed: the setting ODD_PTY_INTERACTIVE permits them"
        }
        TerminalMode::Interactive if may_change => return Ok(()),
        TerminalMode::Interactive => "the role of this token permits read-only terminals only",
    };
    server.metrics.count_rejection(Rejection::Role);
    Err(ProblemResponse::new(ProblemCode::Forbidden, detail))
}

fn refuse(server: &Server, refusal: Refusal) -> ProblemResponse {
    let (rejection, code, detail) = match refusal {
        Refusal::ClientCap => (
            Rejection::ClientCap,
            ProblemCode::TooManyRequests,
            "this client uses as many terminals as it may have; close one",
        ),
        Refusal::ServerCap => (
            Rejection::ServerCap,
            ProblemCode::TooManyRequests,
            "the server has as many terminals as it may have; try again later",
        ),
        Refusal::Gone => (
            Rejection::ReconnectToken,
            ProblemCode::Gone,
            "the session has ended, or the reconnect token was used; ask for a new session",
        ),
    };
    server.metrics.count_rejection(rejection);
    ProblemResponse::new(code, detail)
}

fn now_plus(time: Duration) -> Timestamp {
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH);
    let micros = since_epoch.map_or(0, |since| (since + time).as_micros());
    Timestamp::from_micros(i64::try_from(micros).unwrap_or(i64::MAX))
}
