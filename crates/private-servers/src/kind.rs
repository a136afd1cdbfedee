use std::fmt;

/// The servers that this crate can start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// PostgreSQL 15 or newer.
    Postgres,
    /// RabbitMQ 3.10 or newer.
    RabbitMq,
    /// Redis.
    Redis,
    /// MongoDB, or FerretDB if MongoDB is not installed.
    Mongo,
    /// Prometheus 2.42 or newer.
    Prometheus,
    /// Alertmanager 0.25 or newer.
    Alertmanager,
}

impl Kind {
    /// All kinds of servers.
    pub const ALL: [Self; 6] = [
        Self::Postgres,
        Self::RabbitMq,
        Self::Redis,
        Self::Mongo,
        Self::Prometheus,
        Self::Alertmanager,
    ];

    /// Returns the name of the server's folder under a data root.
    pub(crate) const fn folder(self) -> &'static str {
        match self {
            Self::Postgres => "postgres",
            Self::RabbitMq => "rabbitmq",
            Self::Redis => "redis",
            Self::Mongo => "mongo",
            Self::Prometheus => "prometheus",
            Self::Alertmanager => "alertmanager",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Postgres => "PostgreSQL",
            Self::RabbitMq => "RabbitMQ",
            Self::Redis => "Redis",
            Self::Mongo => "MongoDB",
            Self::Prometheus => "Prometheus",
            Self::Alertmanager => "Alertmanager",
        })
    }
}
