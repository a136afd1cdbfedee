use std::str::FromStr;
use std::task::{Context, Poll};
use std::time::Duration;

use deadpool_postgres::{Manager, ManagerConfig, Pool, RecyclingMethod, Runtime, Timeouts};
use odd_core::ports::StoreError;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_postgres::config::SslMode;
use tokio_postgres::{AsyncMessage, Client, Config, Error, NoTls};
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::config::PostgresConfig;
use crate::error::{DbError, DbResult};

/// Idle time before the first TCP keep-alive probe, and the limit for acknowledgements: a server or network that is gone
/// is detected within this time.
const KEEPALIVE_IDLE: Duration = Duration::from_secs(10);
const KEEPALIVE_INTERVAL: Duration = Duration::from_secs(3);
const KEEPALIVE_PROBES: u32 = 3;
const TCP_USER_TIMEOUT: Duration = Duration::from_secs(15);

/// The address of the server, and the settings of each session.
pub(crate) struct Address {
    config: Config,
    tls: Option<MakeRustlsConnect>,
    /// Longest time until a connection is ready or becomes free.
    connect_timeout: Duration,
}

impl Address {
    /// Parses the URL of `config`. `name` is the name of each session on the server.
    pub(crate) fn of(config: &PostgresConfig, name: &str) -> Result<Self, StoreError> {
        let mut address = parse(&config.url)?;
        let statement_ms = config.statement_timeout.as_millis();
        address
            .application_name(name)
            .connect_timeout(config.connect_timeout)
            .keepalives_idle(KEEPALIVE_IDLE)
            .keepalives_interval(KEEPALIVE_INTERVAL)
            .keepalives_retries(KEEPALIVE_PROBES)
            .tcp_user_timeout(TCP_USER_TIMEOUT)
            // Every statement of this crate has an index. The planner must use it even if the statistics of a table are
            // out of date, and must plan once: planning takes longer than executing.
            .options(format!(
                "-c statement_timeout={statement_ms} -c lock_timeout={statement_ms} \
                 -c idle_in_transaction_session_timeout={statement_ms} -c enable_seqscan=off -c enable_bitmapscan=off \
                 -c enable_hashjoin=off -c enable_mergejoin=off -c jit=off -c timezone=UTC -c plan_cache_mode=force_generic_plan \
                 -c client_min_messages=warning -c standard_conforming_strings=on"
            ));
        let tls = match address.get_ssl_mode() {
            SslMode::Require => Some(tls(config)?),
            _ => None,
        };
        Ok(Self {
            config: address,
            tls,
            connect_timeout: config.connect_timeout,
        })
    }

    /// Creates a pool of up to `size` connections, which are opened on demand.
    pub(crate) fn pool(&self, size: usize) -> Result<Pool, StoreError> {
        let recycling = ManagerConfig {
            recycling_method: RecyclingMethod::Fast,
        };
        let manager = match &self.tls {
            Some(tls) => Manager::from_config(self.config.clone(), tls.clone(), recycling),
            None => Manager::from_config(self.config.clone(), NoTls, recycling),
        };
        Pool::builder(manager)
            .max_size(size)
            .timeouts(Timeouts {
                wait: Some(self.connect_timeout),
                create: Some(self.connect_timeout),
                recycle: Some(self.connect_timeout),
            })
            .runtime(Runtime::Tokio1)
            .build()
            .map_err(|error| StoreError::broken("cannot create a pool of connections", error))
    }
}

/// The driver has no `verify-full`: with `require`, it always checks the certificate and the name.
fn parse(url: &str) -> Result<Config, StoreError> {
    let (server, query) = url.split_once('?').unwrap_or((url, ""));
    let query = query.replace("sslmode=verify-full", "sslmode=require");
    let url = format!("{server}?{query}");
    // The parser's error is left out because it may quote the URL, which may contain a password.
    Config::from_str(&url).map_err(|_| {
        let expected = match query.contains("sslmode=") || query.contains("sslrootcert=") {
            true => {
                "sslmode is disable, prefer, require or verify-full; sslrootcert is not supported"
            }
            false => "expected postgresql://user:password@host:port/database",
        };
        StoreError::Broken(format!("the PostgreSQL URL is invalid: {expected}").into())
    })
}

fn tls(config: &PostgresConfig) -> Result<MakeRustlsConnect, StoreError> {
    let trust = config.tls.as_deref().cloned();
    let missing = || StoreError::Broken("TLS to PostgreSQL needs trusted certificates".into());
    Ok(MakeRustlsConnect::new(trust.ok_or_else(missing)?))
}

/// A connection outside of the pools. The caller polls its driver.
pub(crate) struct Connection {
    pub(crate) client: Client,
    pub(crate) driver: Box<dyn Driver>,
}

/// The half of a connection that reads and writes the socket.
pub(crate) trait Driver: Send {
    /// Polls for the next message that is no answer to a statement. Ready with `None` when the connection has ended.
    fn poll_message(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<AsyncMessage, Error>>>;
}

impl<S, T> Driver for tokio_postgres::Connection<S, T>
where
    S: AsyncRead + AsyncWrite + Unpin + Send,
    T: AsyncRead + AsyncWrite + Unpin + Send,
{
    fn poll_message(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<AsyncMessage, Error>>> {
        Self::poll_message(self, context)
    }
}

impl Address {
    /// Opens a connection outside of the pools. The driver's own time limit ends with the TCP connection; this one
    /// includes the login.
    pub(crate) async fn connect(&self) -> DbResult<Connection> {
        tokio::time::timeout(self.connect_timeout, self.connect_untimed())
            .await
            .map_err(|_| DbError::ConnectTimeout)?
    }

    async fn connect_untimed(&self) -> DbResult<Connection> {
        match &self.tls {
            Some(tls) => {
                let (client, driver) = self.config.connect(tls.clone()).await?;
                Ok(Connection {
                    client,
                    driver: Box::new(driver),
                })
            }
            None => {
                let (client, driver) = self.config.connect(NoTls).await?;
                Ok(Connection {
                    client,
                    driver: Box::new(driver),
                })
            }
        }
    }
}
