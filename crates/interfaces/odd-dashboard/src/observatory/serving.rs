use std::future::Future;
use std::net::SocketAddr;
use std::time::Duration;

use odd_service_kit::{HttpConfig, ServiceInfo};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::failure::Failure;
use crate::observatory::RoleName;
use crate::observatory::cluster::Cluster;
use crate::observatory::readiness::await_ready;
use crate::observatory::roles::{Identities, Parts};
use crate::observatory::running::describe;
use crate::observatory::waiting::Waiting;
use crate::settings::{ClusterSettings, ObservatorySettings};

/// How long a role that did not become ready may take to finish what it began, or to give it back.
const GIVE_UP: Duration = Duration::from_secs(25);

/// Runs one role of the distributed deployment until `stop` resolves, then drains it. Calls `on_ready` once, when it can
/// do its work.
///
/// # Errors
/// When what it stands on refuses it, when it refuses its configuration, or when it ends by itself.
pub(crate) async fn serve(
    role: RoleName,
    settings: &ObservatorySettings,
    cluster: &ClusterSettings,
    http: HttpConfig,
    listener: TcpListener,
    stop: impl Future<Output = ()>,
    on_ready: impl FnOnce(),
) -> Result<(), Failure> {
    let address = listener.local_addr()?;
    let identities = Identities::new();
    let info = identities.of(role);
    tokio::pin!(stop);
    let (meanwhile, listener) = shared(listener)?;
    let opened = tokio::select! {
        () = &mut stop => return Ok(()),
        opened = open(role, cluster, &info, http.clone(), meanwhile) => opened?,
    };
    let parts = Parts {
        settings,
        identities: &identities,
        ports: &opened.ports,
        http: HttpConfig {
            dependencies: opened.dependencies.clone(),
            ..http
        },
        services: cluster.services.clone(),
    };
    let shutdown = CancellationToken::new();
    let mut running = tokio::spawn(parts.role(role)?(listener, shutdown.clone()));
    let outcome = tokio::select! {
        () = stop => {
            shutdown.cancel();
            running.await
        }
        ended = &mut running => ended,
        failure = announced(role, address, on_ready) => {
            shutdown.cancel();
            let _ = tokio::time::timeout(GIVE_UP, running).await;
            opened.close().await;
            return Err(failure);
        }
    };
    opened.close().await;
    match outcome {
        Ok(Ok(())) if shutdown.is_cancelled() => Ok(()),
        ended => Err(describe(ended.map(|outcome| (role, outcome)))),
    }
}

/// Opens what the role stands on; until then, `listener` answers that it is alive and what it waits for.
async fn open(
    role: RoleName,
    cluster: &ClusterSettings,
    info: &ServiceInfo,
    http: HttpConfig,
    listener: TcpListener,
) -> Result<Cluster, Failure> {
    let waiting = Waiting::of(role, cluster);
    let end = CancellationToken::new();
    let answering = waiting
        .clone()
        .answer(role, info.clone(), http, listener, end.clone());
    // It outlasts this by as long as those who asked take to read.
    tokio::spawn(answering);
    let _end = end.drop_guard();
    Cluster::open(role, cluster, info, &waiting).await
}

/// The same socket twice: whoever connects is taken by one of them.
fn shared(listener: TcpListener) -> std::io::Result<(TcpListener, TcpListener)> {
    let listener = listener.into_std()?;
    let copy = TcpListener::from_std(listener.try_clone()?)?;
    Ok((copy, TcpListener::from_std(listener)?))
}

/// Waits until the role is ready, says so, and never ends, unless it does not become ready.
async fn announced(role: RoleName, address: SocketAddr, on_ready: impl FnOnce()) -> Failure {
    let urls = [(role, super::listeners::url(address))];
    match await_ready(&urls).await {
        Ok(()) => {
            on_ready();
            std::future::pending().await
        }
        Err(failure) => failure,
    }
}
