//! What `up` and `serve` do before anything else.

use std::convert::Infallible;
use std::io::IsTerminal;
use std::sync::Arc;
use std::time::Duration;

use odd_service_kit::telemetry::{self, LogFormat};
use odd_service_kit::{HttpConfig, Tokens, check_listen_address};
use tokio_util::sync::CancellationToken;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::observatory::RoleName;
use crate::settings::ObservatorySettings;
use crate::signals::Signals;

/// How long the process waits for what still runs to be dropped.
const LAST_WAIT: Duration = Duration::from_secs(2);

/// Signals that follow the first within this time are the same one.
const ECHO: Duration = Duration::from_millis(500);

/// How the interfaces of `roles` guard themselves.
///
/// # Errors
/// When the token file cannot be used, or a role would be open to strangers.
pub(super) fn http_config(
    settings: &ObservatorySettings,
    roles: &[RoleName],
    insecure: bool,
) -> Result<HttpConfig, Failure> {
    let tokens = settings
        .tokens_file
        .as_deref()
        .map(Tokens::load)
        .transpose()
        .map_err(|error| {
            Failure::usage("the token file cannot be used")
                .cause(error)
                .hint("ODD_API_TOKENS names it")
        })?;
    for role in roles {
        let address = role.address(&settings.addresses);
        check_listen_address(address, tokens.is_some(), insecure).map_err(|error| {
            Failure::usage(format!("the {} may not listen on {address}", role.as_str()))
                .cause(error)
                .hint("name a token file with ODD_API_TOKENS, or accept the risk with --insecure")
        })?;
    }
    Ok(HttpConfig {
        tokens: tokens.map(Arc::new),
        allowed_origins: settings.cors_origins.clone(),
        allowed_hosts: settings.allowed_hosts.clone(),
        any_host: insecure,
        ..HttpConfig::default()
    })
}

/// Runs what `up` and `serve` do until it has ended.
///
/// # Errors
/// As `main`, and when there can be no threads.
pub(super) fn run(main: impl Future<Output = Result<Exit, Failure>>) -> Result<Exit, Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::failed("cannot start").cause(error))?;
    let result = runtime.block_on(main);
    // Programs end as their attempts are dropped; a handler that blocks its thread must not hold us back.
    runtime.shutdown_timeout(LAST_WAIT);
    result
}

/// Does `work`, whose token is cancelled by the first signal; a second one ends it at once.
///
/// # Errors
/// As `work`.
pub(super) async fn until_signalled<W>(
    mut signals: Signals,
    work: impl FnOnce(CancellationToken) -> W,
) -> Result<Exit, Failure>
where
    W: Future<Output = Result<(), Failure>>,
{
    let stop = CancellationToken::new();
    let working = work(stop.clone());
    let twice = async {
        signals.next().await;
        tracing::info!("stopping: running jobs are finished or given back");
        stop.cancel();
        // Ctrl+C reaches everything in the terminal, and whoever started us may pass it on.
        let echoes = async {
            loop {
                signals.next().await;
            }
        };
        let _: Result<Infallible, _> = tokio::time::timeout(ECHO, echoes).await;
        signals.next().await
    };
    tokio::select! {
        ended = working => ended.map(|()| Exit::Ok),
        second = twice => Ok(second),
    }
}

/// Begins to log as configured.
///
/// # Errors
/// When the filter is none.
pub(super) fn start_logging(settings: &ObservatorySettings, verbose: bool) -> Result<(), Failure> {
    let terminal = std::io::stderr().is_terminal();
    let format = match settings.log_format.as_deref() {
        Some("json") => LogFormat::Json,
        Some(_) => LogFormat::Text,
        None if terminal => LogFormat::Text,
        None => LogFormat::Json,
    };
    let usual = if verbose { "debug" } else { "info" };
    let filter = settings.log.as_deref().unwrap_or(usual);
    telemetry::init(filter, format).map_err(|error| {
        Failure::usage("cannot log")
            .cause(error)
            .hint("ODD_LOG is the filter")
    })
}
