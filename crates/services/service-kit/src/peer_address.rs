use std::net::SocketAddr;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;

use crate::ProblemResponse;

/// Extracts the address of the other end of the connection: the client, or a proxy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PeerAddress(pub SocketAddr);

impl<S: Sync> FromRequestParts<S> for PeerAddress {
    type Rejection = ProblemResponse;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, ProblemResponse> {
        let address = parts.extensions.get::<Self>();
        address.copied().ok_or_else(ProblemResponse::internal)
    }
}
