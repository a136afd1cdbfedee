use super::setting::{Kind, Setting, setting};

pub(crate) const PTY_ADDR: Setting = setting(
    "ODD_PTY_ADDR",
    Some("web_pty.addr"),
    Kind::Text,
    "127.0.0.1:9000",
    "Listen address of the web-pty-server, for terminals.",
    "",
);
pub(crate) const PTY_METRICS_ADDR: Setting = setting(
    "ODD_PTY_METRICS_ADDR",
    Some("web_pty.metrics_addr"),
    Kind::Text,
    "127.0.0.1:9001",
    "Listen address for health checks and metrics of the web-pty-server.",
    "",
);
pub(crate) const PTY_INTERACTIVE: Setting = setting(
    "ODD_PTY_INTERACTIVE",
    Some("web_pty.interactive"),
    Kind::Boolean,
    "false",
    "Lets terminals in the browser change the observatory.",
    "Where tokens are required, the role of the caller must permit it, too.",
);
pub(crate) const PTY_ALLOWED_ORIGINS: Setting = setting(
    "ODD_PTY_ALLOWED_ORIGINS",
    Some("web_pty.allowed_origins"),
    Kind::List,
    "none",
    "Origins of further pages that may open terminals.",
    "",
);
pub(crate) const PTY_TRUSTED_PROXIES: Setting = setting(
    "ODD_PTY_TRUSTED_PROXIES",
    Some("web_pty.trusted_proxies"),
    Kind::List,
    "127.0.0.0/8, ::1/128",
    "Proxies whose `X-Forwarded-For` names the client of a terminal.",
    "Each item is a network or an address. The number of sessions of each client is limited.",
);
pub(crate) const PTY_MAX_SESSIONS: Setting = setting(
    "ODD_PTY_MAX_SESSIONS",
    Some("web_pty.max_sessions"),
    Kind::Integer,
    "50",
    "Largest number of terminals, 1 to 1,000.",
    "",
);
pub(crate) const PTY_MAX_SESSIONS_PER_CLIENT: Setting = setting(
    "ODD_PTY_MAX_SESSIONS_PER_CLIENT",
    Some("web_pty.max_sessions_per_client"),
    Kind::Integer,
    "5",
    "Largest number of terminals of one client address, 1 to 1,000.",
    "",
);
pub(crate) const PTY_DETACHED_SECONDS: Setting = setting(
    "ODD_PTY_DETACHED_SECONDS",
    Some("web_pty.detached_seconds"),
    Kind::Integer,
    "600",
    "Seconds until a terminal without a connection is ended, 1 to 86,400.",
    "",
);
pub(crate) const PTY_IDLE_SECONDS: Setting = setting(
    "ODD_PTY_IDLE_SECONDS",
    Some("web_pty.idle_seconds"),
    Kind::Integer,
    "3600",
    "Seconds until a terminal without input is disconnected, 1 to 86,400.",
    "",
);
