use std::sync::Arc;

use odd_service_kit::Tokens;

use crate::BasePath;

/// What the routes of the session use.
#[derive(Debug)]
pub(crate) struct SessionState {
    pub(super) tokens: Option<Arc<Tokens>>,
    pub(super) base_path: BasePath,
    pub(super) version: String,
    pub(super) has_terminal: bool,
}

impl SessionState {
    /// Creates the state of a role that has not served any request.
    pub(crate) fn new(
        tokens: Option<Arc<Tokens>>,
        base_path: BasePath,
        version: String,
        has_terminal: bool,
    ) -> Self {
        Self {
            tokens,
            base_path,
            version,
            has_terminal,
        }
    }
}
