use std::future::Future;
use std::sync::Arc;

use odd_service_kit::{HttpConfig, Role};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::failure::Failure;
use crate::observatory::data_dir::DataDir;
use crate::observatory::embedded::Embedded;
use crate::observatory::listeners::Listeners;
use crate::observatory::readiness::await_ready;
use crate::observatory::roles::{RoleFactory, ServiceIdentities, describe_end};
use crate::observatory::tracers::Tracers;
use crate::observatory::web_pty::WebPtyRole;
use crate::role_name::RoleName;
use crate::settings::ObservatorySettings;

/// Every role in this process, on one data directory.
pub(crate) struct Observatory {
    urls: Vec<(RoleName, String)>,
    embedded: Embedded,
    roles: JoinSet<(RoleName, anyhow::Result<()>)>,
    /// Stops the roles that accept and run jobs.
    stop_work: CancellationToken,
    /// Stops the metrics-engine afterwards, so that the views are complete.
    stop_views: CancellationToken,
    tracers: Tracers,
    /// Unlocked last of all.
    _dir: DataDir,
}

impl Observatory {
    /// Opens the store and the views, and starts every role.
    ///
    /// # Errors
    /// When the store or the views cannot be opened, or the configuration of a role is not valid.
    pub(crate) async fn start(
        settings: &ObservatorySettings,
        mut http: HttpConfig,
        dir: DataDir,
        listeners: Listeners,
    ) -> Result<Self, Failure> {
        let urls = listeners.urls()?;
        let identities = ServiceIdentities::new();
        let tracers = Tracers::start(
            settings.traces.as_ref(),
            RoleName::ALL.map(|role| (role, identities.of(role))),
        )?;
        let embedded = Embedded::open(&dir, identities.producers(), settings.lease).await?;
        let services = urls.iter();
        let services = services.map(|(role, url)| (role.as_str().to_owned(), url.clone()));
        let scrape_token = add_scrape_token(&mut http);
        let factory = RoleFactory {
            settings,
            identities: &identities,
            ports: &embedded.ports(),
            http,
            tracers: &tracers,
            services: services.collect(),
            scrape_token,
            broker_fault: None,
        };
        let (stop_work, stop_views) = (CancellationToken::new(), CancellationToken::new());
        let mut roles = JoinSet::new();
        let web_pty = WebPtyRole::local(settings, &urls, identities.of(RoleName::WebPty));
        let mut web_pty = Some(web_pty.task(factory.http.clone(), listeners.pty_metrics)?);
        for (name, listener) in RoleName::ALL.into_iter().zip(listeners.roles) {
            let role = match web_pty.take_if(|_| name == RoleName::WebPty) {
                Some(role) => role,
                None => factory.role(name)?,
            };
            let shutdown = match name {
                RoleName::MetricsEngine => stop_views.clone(),
                _ => stop_work.clone(),
            };
            let running = role(listener, shutdown);
            roles.spawn(async move { (name, running.await) });
        }
        Ok(Self {
            urls,
            embedded,
            roles,
            stop_work,
            stop_views,
            tracers,
            _dir: dir,
        })
    }

    /// Runs until `stop` resolves, then drains: running jobs are finished or released, and their outcomes are recorded.
    /// Calls `on_ready` once, as soon as every role is ready.
    ///
    /// # Errors
    /// When a role ends without being asked to, or is not ready in time. The other roles are still drained.
    pub(crate) async fn run(
        mut self,
        stop: impl Future<Output = ()>,
        on_ready: impl FnOnce(),
    ) -> Result<(), Failure> {
        let outcome = self.serve(stop, on_ready).await;
        self.stop_work.cancel();
        let drained = self.drain().await;
        self.embedded.store.close().await;
        self.tracers.shutdown().await;
        outcome.and(drained)
    }

    async fn serve(
        &mut self,
        stop: impl Future<Output = ()>,
        on_ready: impl FnOnce(),
    ) -> Result<(), Failure> {
        let becoming_ready = async {
            await_ready(&self.urls).await?;
            on_ready();
            // From now on only a signal or the end of a role ends the select below.
            std::future::pending::<Result<(), Failure>>().await
        };
        tokio::select! {
            () = stop => Ok(()),
            Some(ended) = self.roles.join_next() => Err(describe_end(ended)),
            failed = becoming_ready => failed,
        }
    }

    /// Waits for the roles to end. The metrics-engine is stopped last.
    async fn drain(&mut self) -> Result<(), Failure> {
        let mut outcome = Ok(());
        while !self.roles.is_empty() {
            if self.roles.len() == 1 {
                self.stop_views.cancel();
            }
            match self.roles.join_next().await {
                Some(Ok((_, Ok(())))) | None => {}
                Some(ended) => outcome = Err(describe_end(ended)),
            }
        }
        outcome
    }
}

/// If tokens are required, adds one with which the metrics-engine reads the metrics of the roles. Its secret does not leave
/// this process.
fn add_scrape_token(http: &mut HttpConfig) -> Option<String> {
    let tokens = http.tokens.as_deref()?;
    let secret = Uuid::new_v4().to_string();
    let tokens = tokens
        .clone()
        .with_internal("metrics-engine", Role::Read, &secret);
    http.tokens = Some(Arc::new(tokens));
    Some(secret)
}
