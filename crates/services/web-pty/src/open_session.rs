use axum::extract::State;
use axum::http::request::Parts;
use axum::response::Response;
use odd_service_kit::{ProblemCode, ProblemResponse, Upgrade, bearer_secret};

use crate::connection::Connection;
use crate::handshake::{accept, offered_ticket, switch};
use crate::metrics::Rejection;
use crate::origin::Opener;
use crate::state::{Server, SharedState};

/// `GET /session`
pub(crate) async fn open_session(
    State(server): State<SharedState>,
    upgrade: Result<Upgrade, ProblemResponse>,
    request: Parts,
) -> Result<Response, ProblemResponse> {
    let caller = check_opener(&server, &request)?;
    let headers = accept(&request)?;
    let upgrade = upgrade?;
    let ticket = offered_ticket(&request.headers);
    let purpose = ticket.and_then(|ticket| server.registry.redeem(ticket, caller.as_deref()));
    let purpose = purpose.ok_or_else(|| {
        server.metrics.count_rejection(Rejection::Ticket);
        ProblemResponse::new(
            ProblemCode::Unauthenticated,
            "the ticket is missing, unknown, expired or was used; ask for a new one",
        )
    })?;
    let connection = Connection { server, purpose };
    Ok(switch(upgrade, headers, |stream| connection.run(stream)))
}

/// Checks who opens a connection. Returns the name of the token of a client that is not a page.
fn check_opener(server: &Server, request: &Parts) -> Result<Option<String>, ProblemResponse> {
    let opener = Opener::of(&request.headers, &server.config.allowed_origins);
    match (opener, &server.config.http.tokens) {
        (Opener::ForeignPage, _) => {
            server.metrics.count_rejection(Rejection::Origin);
            Err(ProblemResponse::new(
                ProblemCode::Forbidden,
                "web pages of this origin must not open terminals",
            ))
        }
        (Opener::Page, _) | (Opener::Program, None) => Ok(None),
        (Opener::Program, Some(tokens)) => {
            let secret = bearer_secret(&request.headers);
            let caller = secret.and_then(|secret| tokens.authenticate(secret));
            let caller = caller.ok_or_else(|| {
                server.metrics.count_rejection(Rejection::Origin);
                ProblemResponse::new(
                    ProblemCode::Unauthenticated,
                    "send an allowed Origin, or a known token as Authorization: Bearer",
                )
            })?;
            Ok(Some(caller.name.to_string()))
        }
    }
}
