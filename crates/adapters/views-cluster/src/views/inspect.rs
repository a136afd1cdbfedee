use odd_core::ports::StoreError;

use super::connection::RedisConnection;
use crate::RedisConfig;

/// The settings of a Redis server that decide whether the views survive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RedisInspection {
    /// Version of the server.
    pub server_version: String,
    /// Whether changes are appended to a file, so that they survive a restart.
    pub appendonly: bool,
    /// Whether the server removes keys when its memory is full.
    pub evicts: bool,
}

/// Inspects a server, and changes nothing.
///
/// # Errors
/// When the URL is not valid, or the server does not answer or refuses the login.
pub async fn inspect(config: &RedisConfig) -> Result<RedisInspection, StoreError> {
    let connection = RedisConnection::new(config)?;
    let info: String = connection.call(redis::cmd("INFO").arg("all")).await?;
    let value = |name: &str| {
        let mut fields = info.lines().filter_map(|line| line.split_once(':'));
        let found = fields.find(|(field, _)| *field == name);
        found.map_or_else(String::new, |(_, value)| value.trim().to_owned())
    };
    Ok(RedisInspection {
        server_version: value("redis_version"),
        appendonly: value("aof_enabled") == "1",
        evicts: value("maxmemory_policy") != "noeviction" && value("maxmemory") != "0",
    })
}
