//! The time until a role has found what it stands on.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use odd_core::ports::StoreError;
use odd_service_kit::{
    CheckFailed, Dependency, HttpConfig, HttpInterface, Metrics, ServeError, ServiceInfo, serve,
};
use tokio::net::TcpListener;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::failure::Failure;
use crate::observatory::RoleName;
use crate::settings::ClusterSettings;

const FIRST_PAUSE: Duration = Duration::from_millis(250);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// Longest time between two lines about one server.
const LONGEST_SILENCE: Duration = Duration::from_secs(60);

/// What a role waits for at its start, and what of it was found. Cheap to clone.
#[derive(Clone)]
pub(super) struct Waiting(Arc<[Awaited]>);

struct Awaited {
    dependency: &'static str,
    is_found: AtomicBool,
}

impl Waiting {
    /// What `role` looks for at its start, by the names that `/readyz` has for it later on.
    pub(super) fn of(role: RoleName, settings: &ClusterSettings) -> Self {
        let mut dependencies = vec!["store"];
        dependencies.extend(settings.redis_url.as_ref().map(|_| "views"));
        let has_archive = role == RoleName::MetricsEngine && settings.mongodb_url.is_some();
        dependencies.extend(has_archive.then_some("archive"));
        let awaited = dependencies.into_iter().map(|dependency| Awaited {
            dependency,
            is_found: AtomicBool::new(false),
        });
        Self(awaited.collect())
    }

    /// It is there and can be used.
    pub(super) fn found(&self, dependency: &str) {
        let awaited = self
            .0
            .iter()
            .find(|awaited| awaited.dependency == dependency);
        if let Some(awaited) = awaited {
            awaited.is_found.store(true, Ordering::Relaxed);
        }
    }

    fn dependencies(&self) -> Vec<Dependency> {
        let dependency = |index: usize| {
            let all = self.0.clone();
            let check = move || {
                let is_found = all[index].is_found.load(Ordering::Relaxed);
                let missing = || CheckFailed("not found yet".to_owned());
                std::future::ready(is_found.then_some(()).ok_or_else(missing))
            };
            Dependency::required(self.0[index].dependency, check)
        };
        (0..self.0.len()).map(dependency).collect()
    }

    /// Answers in the place of the role until `end`: that it is alive, and what it waits for.
    ///
    /// # Errors
    /// When the listener is not usable.
    pub(super) async fn answer(
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
            dependencies: self.dependencies(),
            ..http
        };
        let interface = HttpInterface::new(info, http, metrics, document(role)).while_waiting();
        serve(listener, interface.into_router(), &limits, end).await
    }
}

const fn document(role: RoleName) -> &'static str {
    match role {
        RoleName::Gateway => odd_gateway::OPENAPI,
        RoleName::ReadModel => odd_read_model::OPENAPI,
        RoleName::Processor => odd_processor::OPENAPI,
        RoleName::MetricsEngine => odd_metrics_engine::OPENAPI,
    }
}

/// Tries until a server can be used. Says what it waits for, less and less often, and when it was found.
///
/// # Errors
/// When the server refuses for good, or cannot prove who it is.
pub(super) async fn wait_for<T, R>(what: &str, connect: impl Fn() -> R) -> Result<T, Failure>
where
    R: Future<Output = Result<T, StoreError>>,
{
    let begun = Instant::now();
    let (mut pause, mut silence) = (FIRST_PAUSE, FIRST_PAUSE);
    let mut next_line = begun;
    loop {
        let error = match connect().await {
            Ok(connected) => {
                found(what, begun);
                return Ok(connected);
            }
            Err(error) => passing(what, error)?,
        };
        if Instant::now() >= next_line {
            tracing::warn!(%error, "waiting for {what}");
            silence = (silence * 2).min(LONGEST_SILENCE);
            next_line = Instant::now() + silence;
        }
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

/// Tries once; nothing, when the server may be there later.
///
/// # Errors
/// As [`wait_for`].
pub(super) async fn look_for<T>(
    what: &str,
    connecting: impl Future<Output = Result<T, StoreError>>,
) -> Result<Option<T>, Failure> {
    let begun = Instant::now();
    match connecting.await {
        Ok(connected) => {
            found(what, begun);
            Ok(Some(connected))
        }
        Err(error) => {
            let error = passing(what, error)?;
            tracing::warn!(%error, "{what} cannot be used yet; the role goes on without it");
            Ok(None)
        }
    }
}

fn found(what: &str, begun: Instant) {
    let after_ms = begun.elapsed().as_millis();
    tracing::info!(after_ms, "{what} can be used");
}

/// The error, if trying again may mend it.
fn passing(what: &str, error: StoreError) -> Result<StoreError, Failure> {
    if is_about_certificate(&error) {
        return Err(refused(what, &error).hint(
            "ODD_TLS_CA_FILE names the authority that vouches for the server, and the URL has to name the host as \
             the certificate does",
        ));
    }
    match error.is_transient() {
        true => Ok(error),
        false => Err(refused(what, &error)),
    }
}

/// The server refuses for good.
pub(super) fn refused(what: &str, error: &StoreError) -> Failure {
    Failure::failed(format!("{what} cannot be used")).cause(error)
}

/// Whether the server showed a certificate that is not trusted: trying again would not mend that. The drivers pass on
/// the words of rustls, and little else.
fn is_about_certificate(error: &StoreError) -> bool {
    error.to_string().contains("invalid peer certificate")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_is_not_there_yet_is_waited_for() {
        let tries = std::cell::Cell::new(0);
        let connect = async || {
            tries.set(tries.get() + 1);
            match tries.get() {
                1 => Err(StoreError::Unavailable("not yet".to_owned().into())),
                _ => Ok(()),
            }
        };
        wait_for("it", connect).await.expect("is found");
        assert_eq!(tries.get(), 2);
    }

    #[tokio::test]
    async fn a_server_that_cannot_prove_who_it_is_is_not_waited_for() {
        let text = "TLS: invalid peer certificate: UnknownIssuer";
        let connect = async || Err::<(), _>(StoreError::Unavailable(text.to_owned().into()));
        let looking = look_for("it", connect()).await;
        assert!(looking.is_err());
        let failure = wait_for("it", connect).await.expect_err("refused");
        assert!(
            failure
                .hint
                .is_some_and(|hint| hint.contains("ODD_TLS_CA_FILE"))
        );
    }

    #[tokio::test]
    async fn what_may_come_later_is_looked_for_once() {
        let away = async { Err::<(), _>(StoreError::Unavailable("not yet".to_owned().into())) };
        assert!(matches!(look_for("it", away).await, Ok(None)));
        let there = async { Ok(()) };
        assert!(matches!(look_for("it", there).await, Ok(Some(()))));
        let refusing =
            async { Err::<(), _>(StoreError::Broken("another schema".to_owned().into())) };
        assert!(look_for("it", refusing).await.is_err());
    }
}
