use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{JobId, Timestamp};

/// What the web-pty-server offers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TerminalStatus {
    /// Whether interactive sessions are allowed.
    pub interactive: bool,
    /// Sessions that run now.
    pub sessions: usize,
    /// Largest number of sessions.
    pub max_sessions: usize,
}

/// The request for a ticket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum TerminalTicketRequest {
    /// For a new session.
    #[serde(rename_all = "camelCase")]
    New {
        /// Whether it only shows, or may also change the observatory.
        mode: TerminalMode,
        /// What it shows first; `None` for the overview.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        view: Option<TerminalView>,
    },
    /// For a session that the caller was attached to before.
    #[serde(rename_all = "camelCase")]
    Reconnect {
        /// The newest reconnect token of the session.
        reconnect_token: String,
    },
}

/// Whether a terminal only shows, or may also change the observatory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TerminalMode {
    /// It only shows.
    ReadOnly,
    /// It may also change the observatory, as far as the role of the caller permits.
    Interactive,
}

/// What a terminal shows first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TerminalView {
    /// The view; `None` for the overview.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub view: Option<TerminalViewName>,
    /// Filter of the jobs, in the filter language.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filter: Option<String>,
    /// The job whose detail is open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub job_id: Option<JobId>,
}

/// Name of a view of the terminal interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TerminalViewName {
    /// Figures and charts.
    Overview,
    /// The table of jobs.
    Jobs,
    /// The newest events.
    Events,
    /// Queues and dead letters.
    Queues,
    /// Services and workers.
    Services,
    /// Alerts.
    Alerts,
}

impl TerminalViewName {
    /// Returns the name on the wire, which is also that of the command line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Overview => "overview",
            Self::Jobs => "jobs",
            Self::Events => "events",
            Self::Queues => "queues",
            Self::Services => "services",
            Self::Alerts => "alerts",
        }
    }
}

/// The permission to open one WebSocket.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TerminalTicket {
    /// The secret. It is valid once.
    pub ticket: String,
    /// When it becomes invalid.
    pub expires_at: Timestamp,
    /// The session of the reconnect token; `None` for a new session.
    pub session_id: Option<Uuid>,
}

impl std::fmt::Debug for TerminalTicket {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TerminalTicket")
            .field("expires_at", &self.expires_at)
            .field("session_id", &self.session_id)
            .finish_non_exhaustive()
    }
}
