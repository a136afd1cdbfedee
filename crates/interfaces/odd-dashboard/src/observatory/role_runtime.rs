use std::future::Future;
use std::net::SocketAddr;
use std::time::Duration;

use odd_service_kit::{HttpConfig, ServiceInfo};
use odd_web_ui::Upstreams;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::failure::Failure;
use crate::observatory::cluster::Cluster;
use crate::observatory::readiness::await_ready;
use crate::observatory::role_task::RoleTask;
use crate::observatory::roles::{RoleFactory, ServiceIdentities, describe_end};
use crate::observatory::startup::StartupDependencies;
use crate::observatory::tracers::Tracers;
use crate::observatory::web::web_role;
use crate::role_name::RoleName;
use crate::settings::{ClusterSettings, ObservatorySettings};

/// Time limit for the shutdown of a role that did not become ready.
const SHUTDOWN_LIMIT: Duration = Duration::from_secs(25);

/// Runs one role of the distributed deployment until `stop` resolves, then drains it. Calls `on_ready` once, as soon as the
/// role is ready.
///
/// # Errors
/// When a server or the configuration cannot be used, or the role ends without being asked to.
pub(crate) async fn serve(
    role: RoleName,
    settings: &ObservatorySettings,
    cluster: &ClusterSettings,
    http: HttpConfig,
    listener: TcpListener,
    stop: impl Future<Output = ()>,
    on_ready: impl FnOnce(),
) -> Result<(), Failure> {
    let identities = ServiceIdentities::new();
    let info = identities.of(role);
    tokio::pin!(stop);
    let (startup_listener, listener) = duplicate(listener)?;
    let opened = tokio::select! {
        () = &mut stop => return Ok(()),
        opened = open(role, cluster, &info, http.clone(), startup_listener, settings.allow_drills) => opened?,
    };
    let tracers = Tracers::start(settings.traces.as_ref(), [(role, info)])?;
    let factory = RoleFactory {
        settings,
        identities: &identities,
        ports: &opened.ports,
        http: HttpConfig {
            dependencies: opened.dependencies.clone(),
            ..http
        },
        tracers: &tracers,
        services: cluster.services.clone(),
        scrape_token: None,
        broker_fault: opened.broker_fault.clone(),
    };
    let task = factory.role(role)?;
    let outcome = run(role, task, listener, stop, on_ready).await;
    opened.close().await;
    tracers.shutdown().await;
    outcome
}

/// Runs the web role until `stop` resolves. Calls `on_ready` once, as soon as the role is ready.
///
/// # Errors
/// When the role ends without being asked to.
pub(crate) async fn serve_web(
    settings: &ObservatorySettings,
    http: HttpConfig,
    listener: TcpListener,
    stop: impl Future<Output = ()>,
    on_ready: impl FnOnce(),
) -> Result<(), Failure> {
    let web = &settings.web;
    let upstreams = Upstreams {
        gateway: web.gateway_url.clone(),
        read_model: web.read_model_url.clone(),
        terminal: web.terminal.url(None),
    };
    let info = ServiceIdentities::new().of(RoleName::Web);
    let task = web_role(web, upstreams, http, info);
    run(RoleName::Web, task, listener, stop, on_ready).await
}

/// Runs a role until `stop` resolves, then drains it.
async fn run(
    role: RoleName,
    task: RoleTask,
    listener: TcpListener,
    stop: impl Future<Output = ()>,
    on_ready: impl FnOnce(),
) -> Result<(), Failure> {
    let address = listener.local_addr()?;
    let shutdown = CancellationToken::new();
    let mut running = tokio::spawn(task(listener, shutdown.clone()));
    let outcome = tokio::select! {
        () = stop => {
            shutdown.cancel();
            running.await
        }
        ended = &mut running => ended,
        failure = never_ready(role, address, on_ready) => {
            shutdown.cancel();
            let _ = tokio::time::timeout(SHUTDOWN_LIMIT, running).await;
            return Err(failure);
        }
    };
    match outcome {
        Ok(Ok(())) if shutdown.is_cancelled() => Ok(()),
        ended => Err(describe_end(ended.map(|outcome| (role, outcome)))),
    }
}

/// Connects to the servers of the role. Until then, `listener` serves the health of the role and what it waits for.
async fn open(
    role: RoleName,
    cluster: &ClusterSettings,
    info: &ServiceInfo,
    http: HttpConfig,
    listener: TcpListener,
    allow_drills: bool,
) -> Result<Cluster, Failure> {
    let startup = StartupDependencies::of(role, cluster);
    let end = CancellationToken::new();
    let serving = startup
        .clone()
        .serve(role, info.clone(), http, listener, end.clone());
    // Spawned, so that requests that are being answered can finish after this function returns.
    tokio::spawn(serving);
    let _end = end.drop_guard();
    Cluster::open(role, cluster, info, &startup, allow_drills).await
}

/// Returns the socket twice. Each connection is accepted by one of the two.
fn duplicate(listener: TcpListener) -> std::io::Result<(TcpListener, TcpListener)> {
    let listener = listener.into_std()?;
    let copy = TcpListener::from_std(listener.try_clone()?)?;
    Ok((copy, TcpListener::from_std(listener)?))
}

/// Calls `on_ready` when the role is ready, and then never returns. Returns the failure when the role does not become ready.
async fn never_ready(role: RoleName, address: SocketAddr, on_ready: impl FnOnce()) -> Failure {
    let urls = [(role, super::listeners::url(address))];
    match await_ready(&urls).await {
        Ok(()) => {
            on_ready();
            std::future::pending().await
        }
        Err(failure) => failure,
    }
}
