use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use anyhow::Context;
use odd_private_servers::{
    DataRoot, Error, Kind, Mongo, Postgres, RabbitMq, Redis, Server, ensure_installed,
};

use crate::cluster::server::{ServerInfo, begin_stop};
use crate::cluster::{Monitors, Plan, Proxies};
use crate::interrupt;

const POLL: Duration = Duration::from_millis(20);

/// The servers that the roles use.
pub(crate) struct Backends {
    pub(crate) postgres: Postgres,
    pub(crate) rabbitmq: RabbitMq,
    pub(crate) redis: Redis,
    pub(crate) mongo: Option<Mongo>,
    pub(crate) monitors: Option<Monitors>,
}

impl Backends {
    /// Installs the servers that are missing, which can take minutes.
    pub(super) fn install(plan: &Plan) -> anyhow::Result<()> {
        let mut kinds = vec![Kind::Postgres, Kind::RabbitMq, Kind::Redis];
        kinds.extend(plan.archive.then_some(Kind::Mongo));
        if plan.monitoring.is_some() {
            kinds.extend([Kind::Prometheus, Kind::Alertmanager]);
        }
        Ok(ensure_installed(&kinds)?)
    }

    /// Starts the servers with their data under `folder`, which is kept. Does not wait until they answer.
    pub(super) fn begin_start(folder: &Path, plan: &Plan) -> anyhow::Result<Self> {
        let root = DataRoot::at(folder)?;
        let start_monitors = |infra: &PathBuf| Monitors::begin_start(&root, infra);
        Ok(Self {
            // RabbitMQ takes the longest.
            rabbitmq: RabbitMq::begin_start(&root)?,
            postgres: Postgres::begin_start(&root)?,
            redis: Redis::begin_start(&root)?,
            mongo: plan
                .archive
                .then(|| Mongo::begin_start(&root))
                .transpose()?,
            monitors: plan.monitoring.as_ref().map(start_monitors).transpose()?,
        })
    }

    /// Waits until every server answers. Fails after an interrupt.
    pub(super) fn await_ready(&mut self) -> anyhow::Result<()> {
        while !self.are_ready()? {
            interrupt::check()?;
            thread::sleep(POLL);
        }
        Ok(())
    }

    fn are_ready(&mut self) -> Result<bool, Error> {
        let ready = [
            self.postgres.poll_ready()?,
            self.rabbitmq.poll_ready()?,
            self.redis.poll_ready()?,
            self.mongo.as_mut().map_or(Ok(true), Server::poll_ready)?,
            self.monitors
                .as_mut()
                .map_or(Ok(true), Monitors::poll_ready)?,
        ];
        Ok(ready.iter().all(|is_ready| *is_ready))
    }

    /// Shuts down the servers that are running, so that the next start needs no recovery. After a second interrupt it
    /// fails at once; dropping the servers kills them.
    pub(super) fn stop(&mut self) -> anyhow::Result<()> {
        begin_stop(&mut self.postgres);
        begin_stop(&mut self.rabbitmq);
        begin_stop(&mut self.redis);
        self.mongo.iter_mut().for_each(begin_stop);
        self.monitors.iter_mut().for_each(Monitors::begin_stop);
        loop {
            let outcomes = [
                self.postgres.poll_stop(),
                self.rabbitmq.poll_stop(),
                self.redis.poll_stop(),
                self.mongo.as_mut().map_or(Ok(true), Server::poll_stop),
                self.monitors.as_mut().map_or(Ok(true), Monitors::poll_stop),
            ];
            if !outcomes.iter().any(|outcome| matches!(outcome, Ok(false))) {
                let outcome: Result<Vec<bool>, Error> = outcomes.into_iter().collect();
                return outcome.map(drop).context("the servers cannot be stopped");
            }
            interrupt::check_second()?;
            thread::sleep(POLL);
        }
    }

    /// Returns the name, address and process of each server.
    pub(crate) fn servers(&self) -> impl Iterator<Item = ServerInfo> {
        let mongo = self.mongo.as_ref();
        [
            ServerInfo::new("postgres", &self.postgres),
            ServerInfo::new("rabbitmq", &self.rabbitmq),
            ServerInfo::new("redis", &self.redis),
        ]
        .into_iter()
        .chain(mongo.map(|mongo| ServerInfo::new("mongo", mongo)))
        .chain(self.monitors.iter().flat_map(Monitors::servers))
    }

    /// Returns the environment variables that connect a role to the servers, through `proxies` where there is one.
    pub(crate) fn environment(
        &self,
        role: &str,
        proxies: Option<&Proxies>,
    ) -> anyhow::Result<Vec<(String, String)>> {
        let route = |server: &str, direct: SocketAddr| {
            let proxy = proxies.and_then(|proxies| proxies.get(server));
            proxy.map_or(direct, |proxy| proxy.address())
        };
        let broker = route("rabbitmq", self.rabbitmq.address());
        let broker = self.rabbitmq.url_for_at(role, broker);
        let broker = broker.with_context(|| format!("RabbitMQ has no user {role}"))?;
        let postgres = route("postgres", self.postgres.address());
        let redis = route("redis", self.redis.address());
        let mut environment = vec![
            ("ODD_POSTGRES_URL", self.postgres.url_at(postgres)),
            ("ODD_RABBITMQ_URL", broker),
            ("ODD_REDIS_URL", self.redis.url_at(redis)),
        ];
        if let Some(mongo) = &self.mongo {
            let url = mongo.url_at(route("mongo", mongo.address()));
            environment.push(("ODD_MONGODB_URL", url));
        }
        if let Some(monitors) = &self.monitors {
            environment.push(("ODD_PROMETHEUS_URL", monitors.prometheus.url()));
            environment.push(("ODD_ALERTMANAGER_URL", monitors.alertmanager.url()));
        }
        let owned = environment.into_iter();
        Ok(owned.map(|(name, url)| (name.to_owned(), url)).collect())
    }
}
