//! What `up` and `serve` have in common: HTTP limits, logging, the runtime, and signals.

use std::convert::Infallible;
use std::io::IsTerminal;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use odd_service_kit::telemetry::{self, LogFormat};
use odd_service_kit::{Drills, HttpConfig, HttpLimits, Tokens, check_listen_address};
use tokio_util::sync::CancellationToken;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::open_files;
use crate::role_name::RoleName;
use crate::settings::ObservatorySettings;
use crate::signals::{self, Signals};

/// How long the process waits at its end for tasks that still run.
const RUNTIME_SHUTDOWN_LIMIT: Duration = Duration::from_secs(2);

/// Signals within this time after the first are taken for repetitions of it.
const REPEATED_SIGNAL: Duration = Duration::from_millis(500);

/// Reads the token file. A path that may be a token itself is not shown.
fn load_tokens(path: &Path) -> Result<Tokens, Failure> {
    let name = path.to_str().unwrap_or_default();
    let may_be_token = name.len() >= 16 && !name.contains(['/', '.']);
    if may_be_token && !path.exists() {
        return Err(Failure::usage("ODD_API_TOKENS does not name a file")
            .hint("set it to the path of a TOML file with a [[token]] table for each token"));
    }
    Tokens::load(path).map_err(|error| {
        Failure::usage("the token file cannot be used")
            .cause(error)
            .hint("set ODD_API_TOKENS to a valid token file")
    })
}

/// Builds the HTTP configuration of `roles`: tokens, allowed origins and hosts.
///
/// # Errors
/// When the token file cannot be used, or a role would listen beyond loopback without tokens.
pub(super) fn http_config(
    settings: &ObservatorySettings,
    roles: &[RoleName],
    insecure: bool,
) -> Result<HttpConfig, Failure> {
    let tokens = settings.tokens_file.as_deref().map(load_tokens);
    let tokens = tokens.transpose()?;
    let of_roles = roles
        .iter()
        .map(|role| (role, settings.addresses.of(*role)));
    let pty_metrics = roles.iter().filter(|role| **role == RoleName::WebPty);
    let pty_metrics = pty_metrics.map(|role| (role, settings.addresses.web_pty_metrics));
    for (role, address) in of_roles.chain(pty_metrics) {
        check_listen_address(address, tokens.is_some(), insecure).map_err(|error| {
            Failure::usage(format!("the {} may not listen on {address}", role.as_str()))
                .cause(error)
                .hint("set ODD_API_TOKENS to a token file, or accept the risk with --insecure")
        })?;
    }
    Ok(HttpConfig {
        tokens: tokens.map(Arc::new),
        allowed_origins: settings.cors_origins.clone(),
        allowed_hosts: settings.allowed_hosts.clone(),
        limits: HttpLimits {
            header_read_timeout: settings.http_keep_alive,
            ..HttpLimits::default()
        },
        any_host: insecure,
        // Until a role runs, it has no faults.
        drills: match settings.allow_drills {
            true => Drills::allowed([]),
            false => Drills::default(),
        },
        ..HttpConfig::default()
    })
}

/// Runs `main` to its end on a multi-threaded runtime.
///
/// # Errors
/// As `main`, and when threads cannot be started.
pub(super) fn run(main: impl Future<Output = Result<Exit, Failure>>) -> Result<Exit, Failure> {
    open_files::raise();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::failed("cannot start the threads of the process").cause(error))?;
    let result = runtime.block_on(async {
        signals::survive_file_size_limit();
        main.await
    });
    // Child processes end when their attempts are dropped. A handler that blocks its thread must not delay the exit.
    runtime.shutdown_timeout(RUNTIME_SHUTDOWN_LIMIT);
    result
}

/// Runs `work` and cancels its token at the first signal. A second signal returns at once, except SIGHUP.
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
    let second_signal = async {
        signals.next().await;
        tracing::info!(
            "stopping: running jobs are finished or released, which may take some seconds; a second signal ends at once"
        );
        stop.cancel();
        signals.ignore_hangup();
        // Ctrl+C reaches every process in the terminal, and a parent process may forward it.
        let repetitions = async {
            loop {
                signals.next().await;
            }
        };
        let _: Result<Infallible, _> = tokio::time::timeout(REPEATED_SIGNAL, repetitions).await;
        signals.next().await
    };
    tokio::select! {
        ended = working => ended.map(|()| Exit::Ok),
        second = second_signal => Ok(second),
    }
}

/// Starts logging as configured. The first line warns if drills are allowed.
///
/// # Errors
/// When the filter is not valid.
pub(super) fn start_logging(settings: &ObservatorySettings, verbose: bool) -> Result<(), Failure> {
    let terminal = std::io::stderr().is_terminal();
    let format = match settings.log_format.as_deref() {
        Some("json") => LogFormat::Json,
        Some(_) => LogFormat::Text,
        None if terminal => LogFormat::Text,
        None => LogFormat::Json,
    };
    let default = if verbose { "debug" } else { "info" };
    let filter = settings.log.as_deref().unwrap_or(default);
    telemetry::init(filter, format).map_err(|error| {
        Failure::usage("ODD_LOG is not a log filter")
            .cause(error)
            .hint("set ODD_LOG (log.filter) to a level such as info, or to directives such as info,odd_processor=debug")
    })?;
    if settings.allow_drills {
        tracing::warn!(
            "drills are allowed: everyone with the role admin, or without tokens everyone who can reach this process, can break it for up to 15 minutes"
        );
    }
    Ok(())
}
