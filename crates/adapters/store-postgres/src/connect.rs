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

/// Idle time after which a connection is probed, and how long an answer may stay out: a server or network that went
/// away is noticed within this time.
const KEEPALIVE_IDLE: Duration = Duration::from_secs(10);
const KEEPALIVE_INTERVAL: Duration = Duration::from_secs(3);
const KEEPALIVE_PROBES: u32 = 3;
const UNACKNOWLEDGED: Duration = Duration::from_secs(15);

/// Where the server is, and what each session says to it first.
pub(crate) struct Address {
    config: Config,
    tls: Option<MakeRustlsConnect>,
    /// Longest time until a connection stands.
    patience: Duration,
}

impl Address {
    /// Reads the URL of `config`.
    pub(crate) fn of(config: &PostgresConfig, name: &str) -> Result<Self, StoreError> {
        let mut address = parse(&config.url)?;
        let statement_ms = config.statement_timeout.as_millis();
        address
            .application_name(name)
            .connect_timeout(config.connect_timeout)
            .keepalives_idle(KEEPALIVE_IDLE)
            .keepalives_interval(KEEPALIVE_INTERVAL)
            .keepalives_retries(KEEPALIVE_PROBES)
            .tcp_user_timeout(UNACKNOWLEDGED)
            // Every statement of this crate is served by an index; a plan must not think otherwise on a table whose
            // statistics are old, and is made once: making it takes longer than following it.
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
            patience: config.connect_timeout,
        })
    }

    /// Up to `size` connections, made when they are needed.
    pub(crate) fn pool(&self, size: usize, patience: Duration) -> Result<Pool, StoreError> {
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
                wait: Some(patience),
                create: Some(patience),
                recycle: Some(patience),
            })
            .runtime(Runtime::Tokio1)
            .build()
            .map_err(|error| StoreError::Broken(format!("PostgreSQL: {error}").into()))
    }
}

/// The driver knows `require` alone, and always checks what it is given: `verify-full` is what that amounts to.
fn parse(url: &str) -> Result<Config, StoreError> {
    let (server, query) = url.split_once('?').unwrap_or((url, ""));
    let query = query.replace("sslmode=verify-full", "sslmode=require");
    let url = format!("{server}?{query}");
    // The parser's message may quote the URL, and with it a password.
    Config::from_str(&url).map_err(|_| {
        let expected = match query.contains("sslmode=") || query.contains("sslrootcert=") {
            true => "sslmode may be disable, prefer, require or verify-full, and sslrootcert is not known",
            false => "it has the form postgresql://user:password@host:port/database",
        };
        StoreError::Broken(format!("the PostgreSQL URL does not parse; {expected}").into())
    })
}

fn tls(config: &PostgresConfig) -> Result<MakeRustlsConnect, StoreError> {
    let trust = config.tls.as_deref().cloned();
    let missing = || StoreError::Broken("TLS to PostgreSQL: no certificates are trusted".into());
    Ok(MakeRustlsConnect::new(trust.ok_or_else(missing)?))
}

/// A connection outside of the pools, whose messages somebody has to poll.
pub(crate) struct Connection {
    pub(crate) client: Client,
    pub(crate) driver: Box<dyn Driver>,
}

/// The half of a connection that reads and writes the socket.
pub(crate) trait Driver: Send {
    /// The next message that is no answer; nothing when the connection has ended.
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
    /// Makes a connection outside of the pools. The driver's own limit ends with the TCP connection; this one holds until
    /// the server has let the user in.
    pub(crate) async fn dial(&self) -> Result<Connection, String> {
        match tokio::time::timeout(self.patience, self.connect()).await {
            Ok(connection) => connection.map_err(|error| error.to_string()),
            Err(_) => Err("the server does not let anybody in".to_owned()),
        }
    }

    async fn connect(&self) -> Result<Connection, Error> {
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
