//! The time from the start of a role until its servers are connected.

use std::error::Error;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use odd_core::ports::{ErrorChain, StoreError};
use odd_service_kit::{
    CheckFailed, Dependency, HttpConfig, HttpInterface, Metrics, ServeError, ServiceInfo, serve,
};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::failure::Failure;
use crate::retry_notices::RetryNotices;
use crate::role_name::RoleName;
use crate::settings::ClusterSettings;

const FIRST_PAUSE: Duration = Duration::from_millis(250);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// The dependencies that a role connects to at its start, and which of them are connected. Cheap to clone.
#[derive(Clone)]
pub(super) struct StartupDependencies(Arc<[StartupDependency]>);

struct StartupDependency {
    name: &'static str,
    is_connected: AtomicBool,
}

impl StartupDependencies {
    /// Lists the dependencies of `role`, with the names that `/readyz` gives them after the start.
    pub(super) fn of(role: RoleName, settings: &ClusterSettings) -> Self {
        let mut names = vec!["store"];
        names.extend(settings.redis_url.as_ref().map(|_| "views"));
        let has_archive = role == RoleName::MetricsEngine && settings.mongodb_url.is_some();
        names.extend(has_archive.then_some("archive"));
        let dependencies = names.into_iter().map(|name| StartupDependency {
            name,
            is_connected: AtomicBool::new(false),
        });
        Self(dependencies.collect())
    }

    /// Marks a dependency as connected.
    pub(super) fn connected(&self, name: &str) {
        if let Some(dependency) = self.0.iter().find(|dependency| dependency.name == name) {
            dependency.is_connected.store(true, Ordering::Relaxed);
        }
    }

    fn checks(&self) -> Vec<Dependency> {
        let check = |index: usize| {
            let all = self.0.clone();
            let check = move || {
                let is_connected = all[index].is_connected.load(Ordering::Relaxed);
                let missing = || CheckFailed("not connected yet".to_owned());
                std::future::ready(is_connected.then_some(()).ok_or_else(missing))
            };
            Dependency::required(self.0[index].name, check)
        };
        (0..self.0.len()).map(check).collect()
    }

    /// Serves HTTP until `end` instead of the role: health, and which dependencies are not connected.
    ///
    /// # Errors
    /// When the listener is not usable.
    pub(super) async fn serve(
        self,
        role: RoleName,
        info: ServiceInfo,
        http: HttpConfig,
        listener: TcpListener,
        end: CancellationToken,
    ) -> Result<(), ServeError> {
        let metrics = Arc::new(Metrics::new(&info));
        let limits = http.limits.clone();
        let http = HttpConfig {
            dependencies: self.checks(),
            ..http
        };
        let interface = HttpInterface::new(info, http, metrics, openapi(role)).while_waiting();
        serve(listener, interface.into_router(), &limits, end).await
    }
}

const fn openapi(role: RoleName) -> &'static str {
    match role {
        RoleName::Gateway => odd_gateway::OPENAPI,
        RoleName::ReadModel => odd_read_model::OPENAPI,
        RoleName::Web => odd_web_ui::OPENAPI,
        RoleName::Processor => odd_processor::OPENAPI,
        RoleName::MetricsEngine => odd_metrics_engine::OPENAPI,
        RoleName::WebPty => odd_web_pty::OPENAPI,
    }
}

/// Connects to `server`, and retries while it is not available. Logs the failures at growing intervals.
///
/// # Errors
/// When a retry cannot help: another schema, or a certificate that is not trusted.
pub(super) async fn connect_with_retry<T, R>(
    server: &str,
    connect: impl Fn() -> R,
) -> Result<T, Failure>
where
    R: Future<Output = Result<T, StoreError>>,
{
    let began = Instant::now();
    let mut pause = FIRST_PAUSE;
    let mut notices = RetryNotices::default();
    loop {
        match connect().await {
            Ok(connection) => {
                log_connected(server, began);
                return Ok(connection);
            }
            Err(error) => {
                let error = transient(server, error)?;
                if notices.failed(Instant::now()) {
                    tracing::warn!(error = %ErrorChain(&error), "waiting for {server}");
                }
            }
        }
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

/// Connects to `server` once. Returns `None` when it is not available.
///
/// # Errors
/// As [`connect_with_retry`].
pub(super) async fn try_connect<T>(
    server: &str,
    connecting: impl Future<Output = Result<T, StoreError>>,
) -> Result<Option<T>, Failure> {
    let began = Instant::now();
    match connecting.await {
        Ok(connection) => {
            log_connected(server, began);
            Ok(Some(connection))
        }
        Err(error) => {
            let error = transient(server, error)?;
            tracing::warn!(error = %ErrorChain(&error), "{server} is not available; the role starts without it");
            Ok(None)
        }
    }
}

fn log_connected(server: &str, began: Instant) {
    let after_ms = began.elapsed().as_millis();
    tracing::info!(after_ms, "connected to {server}");
}

/// Returns the error when a retry may help, and a failure otherwise.
fn transient(server: &str, error: StoreError) -> Result<StoreError, Failure> {
    if is_untrusted_certificate(&error) {
        return Err(unusable(server, &error).hint(
            "set ODD_TLS_CA_FILE to the authority that issued the certificate of the server, and use the host name of \
             the certificate in the URL",
        ));
    }
    match error.is_transient() {
        true => Ok(error),
        false => Err(unusable(server, &error)),
    }
}

/// Describes a server that cannot be used, even after a retry.
pub(super) fn unusable(server: &str, error: &StoreError) -> Failure {
    Failure::failed(format!("{server} cannot be used")).caused_by(error)
}

/// Returns `true` when the certificate of the server is not trusted, which no retry changes.
fn is_untrusted_certificate(error: &StoreError) -> bool {
    let mut next: Option<&(dyn Error + 'static)> = Some(error);
    while let Some(error) = next {
        if is_invalid_certificate(error) {
            return true;
        }
        next = error.source();
    }
    false
}

/// An I/O error does not count the error that it wraps as its source.
fn is_invalid_certificate(error: &(dyn Error + 'static)) -> bool {
    let wrapped = error
        .downcast_ref::<std::io::Error>()
        .and_then(|error| error.get_ref())
        .and_then(|error| error.downcast_ref::<rustls::Error>());
    let error = wrapped.or_else(|| error.downcast_ref::<rustls::Error>());
    matches!(error, Some(rustls::Error::InvalidCertificate(_)))
}

#[cfg(test)]
mod tests {
    use rustls::CertificateError;

    use super::*;

    #[tokio::test]
    async fn unavailable_server_is_retried() {
        let tries = std::cell::Cell::new(0);
        let connect = async || {
            tries.set(tries.get() + 1);
            match tries.get() {
                1 => Err(StoreError::Unavailable("refused".into())),
                _ => Ok(()),
            }
        };
        connect_with_retry("it", connect).await.expect("connected");
        assert_eq!(tries.get(), 2);
    }

    #[tokio::test]
    async fn untrusted_certificate_is_not_retried() {
        let untrusted = || {
            let error = rustls::Error::InvalidCertificate(CertificateError::UnknownIssuer);
            StoreError::unavailable("no connection", std::io::Error::other(error))
        };
        let connect = async || Err::<(), _>(untrusted());
        assert!(try_connect("it", connect()).await.is_err());
        let failure = connect_with_retry("it", connect).await.expect_err("fails");
        assert!(
            failure
                .hint
                .is_some_and(|hint| hint.contains("ODD_TLS_CA_FILE"))
        );
    }

    #[tokio::test]
    async fn optional_server_is_tried_once() {
        let unavailable = async { Err::<(), _>(StoreError::Unavailable("refused".into())) };
        assert!(matches!(try_connect("it", unavailable).await, Ok(None)));
        let available = async { Ok(()) };
        assert!(matches!(try_connect("it", available).await, Ok(Some(()))));
        let broken = async { Err::<(), _>(StoreError::Broken("another schema".into())) };
        assert!(try_connect("it", broken).await.is_err());
    }
}
