use axum::extract::State;
use odd_contracts::TerminalStatus;
use odd_service_kit::Json;

use crate::state::SharedState;

/// `GET /status`
pub(crate) async fn get_status(State(server): State<SharedState>) -> Json<TerminalStatus> {
    Json(TerminalStatus {
        interactive: server.config.interactive,
        sessions: server.registry.running(),
        max_sessions: server.config.limits.max_sessions,
    })
}
