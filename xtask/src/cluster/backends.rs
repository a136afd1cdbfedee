use std::net::SocketAddr;
use std::path::Path;

use anyhow::Context;
use odd_private_servers::{
    DataRoot, Engine, Kind, Mongo, Postgres, RabbitMq, Redis, Server, ensure_installed,
};

use crate::cluster::Proxies;

/// The servers that the roles use.
pub(crate) struct Backends {
    pub(crate) postgres: Postgres,
    pub(crate) rabbitmq: RabbitMq,
    pub(crate) redis: Redis,
    pub(crate) mongo: Option<Mongo>,
}

/// A running server. The names are those of the nemesis protocol.
pub(crate) struct ServerInfo {
    pub(crate) name: &'static str,
    pub(crate) address: SocketAddr,
    /// The id of the main process, or `None` while the server is stopped.
    pub(crate) pid: Option<u32>,
}

impl ServerInfo {
    fn new<E: Engine>(name: &'static str, server: &Server<E>) -> Self {
        Self {
            name,
            address: server.address(),
            pid: server.pid(),
        }
    }
}

impl Backends {
    /// Starts the servers with their data under `folder`, which is kept.
    pub(crate) fn start(folder: &Path, archive: bool) -> anyhow::Result<Self> {
        let mut kinds = vec![Kind::Postgres, Kind::RabbitMq, Kind::Redis];
        kinds.extend(archive.then_some(Kind::Mongo));
        ensure_installed(&kinds)?;
        let root = DataRoot::at(folder)?;
        let started = std::thread::scope(|scope| {
            // RabbitMQ takes the longest.
            let rabbitmq = scope.spawn(|| RabbitMq::start(&root));
            let postgres = Postgres::start(&root)?;
            let redis = Redis::start(&root)?;
            let mongo = archive.then(|| Mongo::start(&root)).transpose()?;
            let rabbitmq = rabbitmq.join().expect("starting a server does not panic")?;
            anyhow::Ok(Self {
                postgres,
                rabbitmq,
                redis,
                mongo,
            })
        });
        started.context("the servers cannot be started")
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
        let owned = environment.into_iter();
        Ok(owned.map(|(name, url)| (name.to_owned(), url)).collect())
    }
}
