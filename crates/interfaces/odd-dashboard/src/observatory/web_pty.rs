//! The web-pty-server, which runs the terminal interface of this program.

mod home;
mod origins;
mod program;

use std::future::Future;

use odd_client::Url;
use odd_service_kit::{HttpConfig, ServiceInfo};
use odd_web_pty::{Config, WebPty};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use self::home::HomeDirectory;
use self::origins::web_origins;
use self::program::{Endpoints, terminal_interface};
use crate::failure::Failure;
use crate::observatory::listeners::url;
use crate::observatory::readiness::await_ready;
use crate::observatory::role_task::RoleTask;
use crate::observatory::roles::{ServiceIdentities, describe_end};
use crate::role_name::RoleName;
use crate::settings::{ClientSettings, ObservatorySettings, PtySettings};

/// The sockets of a web-pty-server.
pub(crate) struct WebPtyListeners {
    /// For terminals.
    pub(crate) terminals: TcpListener,
    /// For health and metrics.
    pub(crate) metrics: TcpListener,
}

/// A web-pty-server that is being built.
pub(super) struct WebPtyRole<'a> {
    settings: &'a PtySettings,
    endpoints: Endpoints,
    /// URLs of the web dashboard, whose pages may open terminals.
    web_urls: Vec<Url>,
    info: ServiceInfo,
}

impl<'a> WebPtyRole<'a> {
    /// Returns the server of an observatory whose roles all run in this process, at `urls`.
    pub(super) fn local(
        settings: &'a ObservatorySettings,
        urls: &[(RoleName, String)],
        info: ServiceInfo,
    ) -> Self {
        let of = |name: &str| {
            let found = urls.iter().find(|(role, _)| role.as_str() == name);
            found.map(|(_, url)| url.clone())
        };
        let configured = settings.pty.web_url.clone();
        let own = of("web").and_then(|url| Url::parse(&url).ok());
        let web_urls: Vec<Url> = configured.into_iter().chain(own).collect();
        Self {
            settings: &settings.pty,
            endpoints: Endpoints {
                gateway_url: of("gateway").unwrap_or_default(),
                read_model_url: of("read-model").unwrap_or_default(),
                web_url: web_urls.first().map(Url::to_string),
            },
            web_urls,
            info,
        }
    }

    /// Returns the role. It serves health and metrics on `metrics_listener`.
    ///
    /// # Errors
    /// When the file of this program is unknown, or there is no space for a directory.
    pub(super) fn task(
        self,
        mut http: HttpConfig,
        metrics_listener: TcpListener,
    ) -> Result<RoleTask, Failure> {
        let mut allowed_origins = self.settings.allowed_origins.clone();
        allowed_origins.extend(self.web_urls.iter().flat_map(web_origins));
        // Pages behind these origins also ask for tickets.
        http.allowed_origins.extend(allowed_origins.iter().cloned());
        let home = HomeDirectory::create()?;
        let config = Config {
            http,
            program: terminal_interface(self.endpoints, &home)?,
            interactive: self.settings.interactive,
            allowed_origins,
            trusted_proxies: self.settings.trusted_proxies.clone(),
            limits: self.settings.limits.clone(),
        };
        let server = WebPty::new(config, self.info);
        Ok(Box::new(|listener, shutdown| {
            Box::pin(async move {
                let served = server.run(listener, metrics_listener, shutdown).await;
                // Not before the last program has ended.
                drop(home);
                Ok(served?)
            })
        }))
    }
}

/// Runs a web-pty-server until `stop` resolves. Calls `on_ready` once, as soon as it is ready.
///
/// # Errors
/// When it cannot be started, or ends without being asked to.
pub(crate) async fn serve_web_pty(
    settings: &ObservatorySettings,
    client: ClientSettings,
    web_url: Option<Url>,
    http: HttpConfig,
    listeners: WebPtyListeners,
    stop: impl Future<Output = ()>,
    on_ready: impl FnOnce(),
) -> Result<(), Failure> {
    let urls = [(RoleName::WebPty, url(listeners.terminals.local_addr()?))];
    let role = WebPtyRole {
        settings: &settings.pty,
        endpoints: Endpoints {
            gateway_url: client.gateway_url.to_string(),
            read_model_url: client.read_model_url.to_string(),
            web_url: web_url.as_ref().map(Url::to_string),
        },
        web_urls: web_url.into_iter().collect(),
        info: ServiceIdentities::new().of(RoleName::WebPty),
    };
    let task = role.task(http, listeners.metrics)?;
    let shutdown = CancellationToken::new();
    let mut running = tokio::spawn(task(listeners.terminals, shutdown.clone()));
    let never_ready = async {
        await_ready(&urls).await?;
        on_ready();
        std::future::pending::<Result<(), Failure>>().await
    };
    let outcome = tokio::select! {
        () = stop => {
            shutdown.cancel();
            running.await
        }
        ended = &mut running => ended,
        failed = never_ready => {
            shutdown.cancel();
            let _ = running.await;
            return failed;
        }
    };
    match outcome {
        Ok(Ok(())) if shutdown.is_cancelled() => Ok(()),
        ended => Err(describe_end(
            ended.map(|outcome| (RoleName::WebPty, outcome)),
        )),
    }
}
