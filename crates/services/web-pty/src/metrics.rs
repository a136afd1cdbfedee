use odd_service_kit::Metrics;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ByDirection {
    direction: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ByRejection {
    rejection: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ByExit {
    exit: &'static str,
}

/// Why a request or a connection was refused or closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rejection {
    Origin,
    Ticket,
    ReconnectToken,
    Role,
    ClientCap,
    ServerCap,
    Rate,
    Size,
    Protocol,
    Idle,
    /// The program could not be started.
    Start,
}

/// How a program ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ProgramEnd {
    /// By itself, with exit code 0.
    Succeeded,
    /// By itself, with another exit code.
    Failed,
    /// Because the server ended it.
    Stopped,
}

/// The metrics of the web-pty-server. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub(crate) struct TerminalMetrics {
    pub(crate) sessions: Gauge,
    pub(crate) attachments: Gauge,
    bytes: Family<ByDirection, Counter>,
    rejections: Family<ByRejection, Counter>,
    exits: Family<ByExit, Counter>,
}

impl TerminalMetrics {
    /// Registers the metric families. Every series starts at zero.
    pub(crate) fn register(metrics: &mut Metrics) -> Self {
        let families = Self::default();
        metrics.register("observatory_terminal_sessions", families.sessions.clone());
        metrics.register(
            "observatory_terminal_attachments",
            families.attachments.clone(),
        );
        metrics.register("observatory_terminal_bytes", families.bytes.clone());
        metrics.register(
            "observatory_terminal_rejections",
            families.rejections.clone(),
        );
        metrics.register("observatory_terminal_exits", families.exits.clone());
        for direction in ["input", "output"] {
            drop(families.bytes.get_or_create(&ByDirection { direction }));
        }
        for rejection in Rejection::ALL {
            let rejection = rejection.as_str();
            drop(
                families
                    .rejections
                    .get_or_create(&ByRejection { rejection }),
            );
        }
        for exit in ["succeeded", "failed", "stopped"] {
            drop(families.exits.get_or_create(&ByExit { exit }));
        }
        families
    }

    pub(crate) fn count_input(&self, bytes: usize) {
        self.count_bytes("input", bytes);
    }

    pub(crate) fn count_output(&self, bytes: usize) {
        self.count_bytes("output", bytes);
    }

    pub(crate) fn count_rejection(&self, rejection: Rejection) {
        let rejection = rejection.as_str();
        self.rejections
            .get_or_create(&ByRejection { rejection })
            .inc();
    }

    pub(crate) fn count_end(&self, end: ProgramEnd) {
        let exit = match end {
            ProgramEnd::Succeeded => "succeeded",
            ProgramEnd::Failed => "failed",
            ProgramEnd::Stopped => "stopped",
        };
        self.exits.get_or_create(&ByExit { exit }).inc();
    }

    fn count_bytes(&self, direction: &'static str, bytes: usize) {
        self.bytes
            .get_or_create(&ByDirection { direction })
            .inc_by(bytes as u64);
    }
}

impl Rejection {
    const ALL: [Self; 11] = [
        Self::Origin,
        Self::Ticket,
        Self::ReconnectToken,
        Self::Role,
        Self::ClientCap,
        Self::ServerCap,
        Self::Rate,
        Self::Size,
        Self::Protocol,
        Self::Idle,
        Self::Start,
    ];

    const fn as_str(self) -> &'static str {
        match self {
            Self::Origin => "origin",
            Self::Ticket => "ticket",
            Self::ReconnectToken => "reconnect_token",
            Self::Role => "role",
            Self::ClientCap => "client_cap",
            Self::ServerCap => "server_cap",
            Self::Rate => "rate",
            Self::Size => "size",
            Self::Protocol => "protocol",
            Self::Idle => "idle",
            Self::Start => "start",
        }
    }
}
