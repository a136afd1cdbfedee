use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use odd_core::ports::StoreError;
use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use redis::{Client, FromRedisValue, ScriptInvocation, TlsCertificates};
use tokio::time::error::Elapsed;
use tokio::time::timeout;

use super::error::redis_failed;
use crate::RedisConfig;
use crate::backend::{install_crypto_provider, no_answer};

const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

/// Attempts to reconnect before the calls that wait for it fail. Later calls start new attempts.
const CONNECT_ATTEMPTS: usize = 3;

/// A connection that is re-established when it breaks. Cheap to clone; all clones share it.
#[derive(Clone)]
pub(super) struct RedisConnection {
    client: Client,
    settings: ConnectionManagerConfig,
    current: Arc<Mutex<Current>>,
    time_limit: Duration,
}

/// The connection in use, and its sequence number.
#[derive(Clone)]
struct Current {
    number: u64,
    connection: ConnectionManager,
}

impl RedisConnection {
    /// Prepares a connection. It is established on the first call.
    pub(super) fn new(config: &RedisConfig) -> Result<Self, StoreError> {
        install_crypto_provider();
        let client = client(config)?;
        let settings = ConnectionManagerConfig::new()
            .set_connection_timeout(Some(config.time_limit))
            .set_response_timeout(Some(config.time_limit))
            .set_min_delay(FIRST_PAUSE)
            .set_max_delay(LONGEST_PAUSE)
            .set_number_of_retries(CONNECT_ATTEMPTS);
        let connection = ConnectionManager::new_lazy_with_config(client.clone(), settings.clone())
            .map_err(redis_failed)?;
        let current = Current {
            number: 0,
            connection,
        };
        Ok(Self {
            client,
            settings,
            current: Arc::new(Mutex::new(current)),
            time_limit: config.time_limit,
        })
    }

    /// Runs a script. After a transient error it is unknown whether the script ran.
    pub(super) async fn run<T: FromRedisValue>(
        &self,
        script: &ScriptInvocation<'_>,
    ) -> Result<T, StoreError> {
        let mut current = self.current();
        let call = script.invoke_async(&mut current.connection);
        let answer = timeout(self.time_limit, call).await;
        self.check_answer(current.number, answer)
    }

    /// Runs one command.
    pub(super) async fn call<T: FromRedisValue>(
        &self,
        command: &redis::Cmd,
    ) -> Result<T, StoreError> {
        let mut current = self.current();
        let call = command.query_async(&mut current.connection);
        let answer = timeout(self.time_limit, call).await;
        self.check_answer(current.number, answer)
    }

    fn check_answer<T>(
        &self,
        number: u64,
        answer: Result<redis::RedisResult<T>, Elapsed>,
    ) -> Result<T, StoreError> {
        match answer {
            Ok(Ok(value)) => Ok(value),
            Ok(Err(error)) if !error.is_timeout() => Err(redis_failed(error)),
            Ok(Err(_)) | Err(_) => {
                self.replace(number);
                Err(no_answer("views on Redis", self.time_limit))
            }
        }
    }

    fn current(&self) -> Current {
        self.lock().clone()
    }

    /// Replaces a connection that does not answer: the network may have dropped it silently, which the driver would not
    /// notice.
    fn replace(&self, number: u64) {
        let mut current = self.lock();
        if current.number != number {
            return;
        }
        let replacement =
            ConnectionManager::new_lazy_with_config(self.client.clone(), self.settings.clone());
        if let Ok(connection) = replacement {
            *current = Current {
                number: number + 1,
                connection,
            };
        }
    }

    fn lock(&self) -> MutexGuard<'_, Current> {
        self.current.lock().expect("no panic while it is held")
    }

    /// Logs a warning if the server may evict keys. The views detect evictions and are rebuilt, but a server that keeps
    /// evicting them is of no use.
    pub(super) async fn warn_about_eviction(&self) {
        let info = redis::cmd("INFO").arg("memory").to_owned();
        // A server that refuses this command can be used nevertheless.
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
}

fn client(config: &RedisConfig) -> Result<Client, StoreError> {
    let url = config.url.as_str();
    let client = match config
        .ca_file
        .as_deref()
        .filter(|_| url.starts_with("rediss://"))
    {
        None => Client::open(url),
        Some(file) => {
            let unreadable = |error| {
                let file = file.display();
                StoreError::broken(format!("views on Redis: cannot read {file}"), error)
            };
            let certificates = TlsCertificates {
                client_tls: None,
                root_cert: Some(std::fs::read(file).map_err(unreadable)?),
            };
            Client::build_with_tls(url, certificates)
        }
    };
    client.map_err(redis_failed)
}
