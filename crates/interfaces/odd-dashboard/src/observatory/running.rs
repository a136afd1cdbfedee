use std::future::Future;

use odd_service_kit::HttpConfig;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::failure::Failure;
use crate::observatory::readiness::await_ready;
use crate::observatory::roles::{Identities, Parts};
use crate::observatory::{DataDir, Embedded, Listeners, RoleName};
use crate::settings::ObservatorySettings;

/// All roles in this process, on one data directory.
pub(crate) struct Observatory {
    urls: Vec<(RoleName, String)>,
    embedded: Embedded,
    roles: JoinSet<(RoleName, anyhow::Result<()>)>,
    /// Stops what takes in and does work.
    front: CancellationToken,
    /// Stops what counts it, afterwards, so that the views are complete.
    back: CancellationToken,
    /// Given back last of all.
    _dir: DataDir,
}

impl Observatory {
    /// Opens the stores and starts every role. Requests are answered as soon as their role is up.
    ///
    /// # Errors
    /// When a store cannot be opened or a role refuses its configuration.
    pub(crate) async fn start(
        settings: &ObservatorySettings,
        http: HttpConfig,
        dir: DataDir,
        listeners: Listeners,
    ) -> Result<Self, Failure> {
        let urls = listeners.urls()?;
        let identities = Identities::new();
        let embedded = Embedded::open(&dir, identities.producers()).await?;
        let services = urls.iter();
        let services = services.map(|(role, url)| (role.as_str().to_owned(), url.clone()));
        let parts = Parts {
            settings,
            identities: &identities,
            ports: &embedded.ports(),
            http,
            services: services.collect(),
        };
        let (front, back) = (CancellationToken::new(), CancellationToken::new());
        let mut roles = JoinSet::new();
        for (name, listener) in RoleName::ALL.into_iter().zip(listeners.into_array()) {
            let role = parts.role(name)?;
            let shutdown = match name {
                RoleName::MetricsEngine => back.clone(),
                _ => front.clone(),
            };
            let running = role(listener, shutdown);
            roles.spawn(async move { (name, running.await) });
        }
        Ok(Self {
            urls,
            embedded,
            roles,
            front,
            back,
            _dir: dir,
        })
    }

    /// Runs until `stop` resolves, then drains: what runs is finished or given back, and everything is recorded.
    /// Calls `on_ready` once, when every role can do its work.
    ///
    /// # Errors
    /// When a role ends by itself or is not ready in time; the others are drained all the same.
    pub(crate) async fn run(
        mut self,
        stop: impl Future<Output = ()>,
        on_ready: impl FnOnce(),
    ) -> Result<(), Failure> {
        let outcome = self.serve(stop, on_ready).await;
        self.front.cancel();
        let drained = self.drain().await;
        self.embedded.store.close().await;
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
            // From now on only a signal or the end of a role ends this.
            std::future::pending::<Result<(), Failure>>().await
        };
        tokio::select! {
            () = stop => Ok(()),
            Some(ended) = self.roles.join_next() => Err(describe(ended)),
            failed = becoming_ready => failed,
        }
    }

    /// The metrics-engine is the last to go.
    async fn drain(&mut self) -> Result<(), Failure> {
        let mut outcome = Ok(());
        while !self.roles.is_empty() {
            if self.roles.len() == 1 {
                self.back.cancel();
            }
            match self.roles.join_next().await {
                Some(Ok((_, Ok(())))) | None => {}
                Some(ended) => outcome = Err(describe(ended)),
            }
        }
        outcome
    }
}

/// Why a role is gone that nobody asked to end.
pub(super) fn describe(
    ended: Result<(RoleName, anyhow::Result<()>), tokio::task::JoinError>,
) -> Failure {
    match ended {
        Ok((role, Ok(()))) => Failure::failed(format!("the {} ended by itself", role.as_str())),
        Ok((role, Err(error))) => {
            let mut failure = Failure::failed(format!("the {} failed", role.as_str()));
            failure.causes = error.chain().map(ToString::to_string).collect();
            failure
        }
        Err(error) => Failure::failed("a role panicked").cause(error),
    }
}
