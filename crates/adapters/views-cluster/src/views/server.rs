use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use odd_core::ports::StoreError;
use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use redis::{Client, FromRedisValue, ScriptInvocation, TlsCertificates};
use tokio::time::error::Elapsed;
use tokio::time::timeout;

use super::error::redis_failed;
use crate::RedisConfig;

const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

/// Tries to connect again before the calls that wait for it fail; later calls begin anew.
const TRIES: usize = 3;

/// A connection that is made again when it breaks. Cheap to clone; all clones share it.
#[derive(Clone)]
pub(super) struct Server {
    client: Client,
    settings: ConnectionManagerConfig,
    current: Arc<Mutex<Current>>,
    time_limit: Duration,
}

/// The connection in use, and which one that is.
#[derive(Clone)]
struct Current {
    number: u64,
    connection: ConnectionManager,
}

impl Server {
    /// Connects on the first call.
    pub(super) fn new(config: &RedisConfig) -> Result<Self, StoreError> {
        // The first provider that is installed stays; this one is the only one here.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = client(config)?;
        let settings = ConnectionManagerConfig::new()
            .set_connection_timeout(Some(config.time_limit))
            .set_response_timeout(Some(config.time_limit))
            .set_min_delay(FIRST_PAUSE)
            .set_max_delay(LONGEST_PAUSE)
            .set_number_of_retries(TRIES);
        let connection = ConnectionManager::new_lazy_with_config(client.clone(), settings.clone())
            .map_err(|error| redis_failed(&error))?;
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

    /// Runs a script. When this fails for a passing reason, it is unknown whether it ran.
    pub(super) async fn run<T: FromRedisValue>(
        &self,
        script: &ScriptInvocation<'_>,
    ) -> Result<T, StoreError> {
        let mut current = self.current();
        let call = script.invoke_async(&mut current.connection);
        let answer = timeout(self.time_limit, call).await;
        self.judge(current.number, answer)
    }

    /// Runs one command.
    pub(super) async fn call<T: FromRedisValue>(
        &self,
        command: &redis::Cmd,
    ) -> Result<T, StoreError> {
        let mut current = self.current();
        let call = command.query_async(&mut current.connection);
        let answer = timeout(self.time_limit, call).await;
        self.judge(current.number, answer)
    }

    fn judge<T>(
        &self,
        number: u64,
        answer: Result<redis::RedisResult<T>, Elapsed>,
    ) -> Result<T, StoreError> {
        match answer {
            Ok(Ok(value)) => Ok(value),
            Ok(Err(error)) if !error.is_timeout() => Err(redis_failed(&error)),
            Ok(Err(_)) | Err(_) => {
                self.replace(number);
                Err(StoreError::Unavailable(
                    format!("views on Redis: no answer within {:?}", self.time_limit).into(),
                ))
            }
        }
    }

    fn current(&self) -> Current {
        self.lock().clone()
    }

    /// Makes a new connection in the place of one that does not answer: the way to the server may have broken
    /// without a word, which the driver would not notice.
    fn replace(&self, number: u64) {
        let mut current = self.lock();
        if current.number != number {
            return;
        }
        let fresh =
            ConnectionManager::new_lazy_with_config(self.client.clone(), self.settings.clone());
        if let Ok(connection) = fresh {
            *current = Current {
                number: number + 1,
                connection,
            };
        }
    }

    fn lock(&self) -> MutexGuard<'_, Current> {
        self.current.lock().expect("no panic while it is held")
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
}

fn client(config: &RedisConfig) -> Result<Client, StoreError> {
    let url = config.url.as_str();
    let opened = match config
        .ca_file
        .as_deref()
        .filter(|_| url.starts_with("rediss://"))
    {
        None => Client::open(url),
        Some(file) => {
            let unusable = |error| {
                StoreError::Broken(format!("views on Redis: {}: {error}", file.display()).into())
            };
            let certificates = TlsCertificates {
                client_tls: None,
                root_cert: Some(std::fs::read(file).map_err(unusable)?),
            };
            Client::build_with_tls(url, certificates)
        }
    };
    opened.map_err(|error| redis_failed(&error))
}
