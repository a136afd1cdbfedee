use axum::http::header::SEC_WEBSOCKET_PROTOCOL;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Request};
use axum::response::Response;
use odd_contracts::TerminalProtocol;
use odd_service_kit::{ProblemCode, ProblemResponse, Upgrade, UpgradedStream};
use tokio_tungstenite::tungstenite::handshake::server::create_response;

/// Returns the ticket, if the client offers the protocol and exactly one ticket.
pub(crate) fn offered_ticket(headers: &HeaderMap) -> Option<&str> {
    let values = headers.get_all(SEC_WEBSOCKET_PROTOCOL).iter();
    let values = values.filter_map(|value| value.to_str().ok());
    let offered: Vec<&str> = values.flat_map(|value| value.split(',')).collect();
    let offered = || offered.iter().map(|name| name.trim());
    let mut tickets =
        offered().filter_map(|name| name.strip_prefix(TerminalProtocol::TICKET_PREFIX));
    let ticket = tickets.next()?;
    let is_offered = offered().any(|name| name == TerminalProtocol::NAME);
    (is_offered && tickets.next().is_none()).then_some(ticket)
}

/// Returns the headers of the response to a WebSocket handshake.
///
/// # Errors
/// If the request is not such a handshake.
pub(crate) fn accept(request: &Parts) -> Result<HeaderMap, ProblemResponse> {
    let mut handshake = Request::new(());
    *handshake.method_mut() = request.method.clone();
    *handshake.version_mut() = request.version;
    *handshake.headers_mut() = request.headers.clone();
    let response = create_response(&handshake).map_err(|error| {
        let detail = format!("this is not a WebSocket handshake: {error}");
        ProblemResponse::new(ProblemCode::BadRequest, detail)
    })?;
    let mut headers = response.headers().clone();
    let name = HeaderValue::from_static(TerminalProtocol::NAME);
    headers.insert(SEC_WEBSOCKET_PROTOCOL, name);
    Ok(headers)
}

/// Returns the response that makes the connection a WebSocket, which `serve` uses.
pub(crate) fn switch<F>(
    upgrade: Upgrade,
    headers: HeaderMap,
    serve: impl FnOnce(UpgradedStream) -> F + Send + 'static,
) -> Response
where
    F: Future<Output = ()> + Send + 'static,
{
    let mut response = upgrade.switch(serve);
    response.headers_mut().extend(headers);
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ticket(offered: &[&str]) -> Option<String> {
        let mut headers = HeaderMap::new();
        for value in offered {
            headers.append(SEC_WEBSOCKET_PROTOCOL, value.parse().expect("legal"));
        }
        offered_ticket(&headers).map(str::to_owned)
    }

    #[test]
    fn ticket_is_offered_with_the_protocol() {
        assert_eq!(
            ticket(&["odd-terminal.v1, odd-ticket.abc"]).as_deref(),
            Some("abc")
        );
        assert_eq!(
            ticket(&["odd-ticket.abc", "odd-terminal.v1"]).as_deref(),
            Some("abc")
        );
        for without in [
            &[][..],
            &["odd-terminal.v1"],
            &["odd-ticket.abc"],
            &["odd-terminal.v2, odd-ticket.abc"],
            &["odd-terminal.v1, odd-ticket.abc, odd-ticket.def"],
        ] {
            assert_eq!(ticket(without), None, "{without:?}");
        }
    }
}
