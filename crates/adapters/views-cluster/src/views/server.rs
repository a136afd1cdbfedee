use std::time::Duration;

use odd_core::ports::StoreError;
use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use redis::{Client, FromRedisValue, ScriptInvocation};
use tokio::time::timeout;

use super::error::redis_failed;
use crate::RedisConfig;

const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

/// Tries to connect again before the calls that wait for it fail; later calls begin anew.
const TRIES: usize = 3;

/// A connection that is made again when it breaks. Cheap to clone.
#[derive(Clone)]
pub(super) struct Server {
    connection: ConnectionManager,
    time_limit: Duration,
}

impl Server {
    /// Connects on the first call.
    pub(super) fn new(config: &RedisConfig) -> Result<Self, StoreError> {
        // The first provider that is installed stays; this one is the only one here.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Client::open(config.url.as_str()).map_err(|error| redis_failed(&error))?;
        let settings = ConnectionManagerConfig::new()
            .set_connection_timeout(Some(config.time_limit))
            .set_response_timeout(Some(config.time_limit))
            .set_min_delay(FIRST_PAUSE)
            .set_max_delay(LONGEST_PAUSE)
            .set_number_of_retries(TRIES);
        let connection = ConnectionManager::new_lazy_with_config(client, settings)
            .map_err(|error| redis_failed(&error))?;
        Ok(Self {
            connection,
            time_limit: config.time_limit,
        })
    }

    /// Runs a script. When this fails for a passing reason, it is unknown whether it ran.
    pub(super) async fn run<T: FromRedisValue>(
        &self,
        script: &ScriptInvocation<'_>,
    ) -> Result<T, StoreError> {
        let mut connection = self.connection.clone();
        self.within(script.invoke_async(&mut connection)).await
    }

    /// Runs one command.
    pub(super) async fn call<T: FromRedisValue>(
        &self,
        command: &redis::Cmd,
    ) -> Result<T, StoreError> {
        let mut connection = self.connection.clone();
        self.within(command.query_async(&mut connection)).await
    }

    /// Says so in the log when the server may drop keys that it is still asked for. The views notice and are made
    /// anew, but a server that keeps dropping them is of no use.
    pub(super) async fn warn_of_eviction(&self) {
        let info = redis::cmd("INFO").arg("memory").to_owned();
        // A server that tells nothing about itself is used all the same.
        let info: String = self.call(&info).await.unwrap_or_default();
        let field = |name| info.lines().find_map(|line| line.strip_prefix(name));
        let policy = field("maxmemory_policy:").unwrap_or("noeviction").trim();
        if policy != "noeviction" && field("maxmemory:").is_some_and(|max| max.trim() != "0") {
            tracing::warn!(
                policy,
                "Redis evicts keys when its memory is full; set maxmemory-policy to noeviction"
            );
        }
    }

    async fn within<T>(
        &self,
        call: impl Future<Output = redis::RedisResult<T>>,
    ) -> Result<T, StoreError> {
        match timeout(self.time_limit, call).await {
            Ok(answer) => answer.map_err(|error| redis_failed(&error)),
            Err(_) => Err(StoreError::Unavailable(format!(
                "views on Redis: no answer within {:?}",
                self.time_limit
            ))),
        }
    }
}
