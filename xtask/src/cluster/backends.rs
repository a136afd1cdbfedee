use std::net::SocketAddr;
use std::path::Path;

use anyhow::Context;
use odd_private_servers::{DataRoot, Kind, Mongo, Postgres, RabbitMq, Redis, ensure_installed};

use crate::cluster::Links;

/// The servers that the roles stand on.
pub(crate) struct Backends {
    pub(crate) postgres: Postgres,
    pub(crate) rabbitmq: RabbitMq,
    pub(crate) redis: Redis,
    pub(crate) mongo: Option<Mongo>,
}

impl Backends {
    /// Starts them with their data under `folder`, which is kept.
    pub(crate) fn start(folder: &Path, archive: bool) -> anyhow::Result<Self> {
        let mut kinds = vec![Kind::Postgres, Kind::RabbitMq, Kind::Redis];
        kinds.extend(archive.then_some(Kind::Mongo));
        ensure_installed(&kinds)?;
        let root = DataRoot::at(folder)?;
        let postgres = std::thread::scope(|scope| {
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
        postgres.context("the servers cannot be started")
    }

    /// Where a server listens, if it is one of them.
    pub(crate) fn address(&self, server: &str) -> Option<SocketAddr> {
        match server {
            "postgres" => Some(self.postgres.address()),
            "rabbitmq" => Some(self.rabbitmq.address()),
            "redis" => Some(self.redis.address()),
            "mongo" => self.mongo.as_ref().map(Mongo::address),
            _ => None,
        }
    }

    /// What a role is told of them; where `links` lead to a server, it takes those.
    pub(crate) fn environment(
        &self,
        role: &str,
        links: Option<&Links>,
    ) -> anyhow::Result<Vec<(String, String)>> {
        let way = |server: &str, direct: SocketAddr| {
            let link = links.and_then(|links| links.get(server));
            link.map_or(direct, |link| link.address())
        };
        let broker = way("rabbitmq", self.rabbitmq.address());
        let broker = self.rabbitmq.url_for_at(role, broker);
        let broker = broker.with_context(|| format!("RabbitMQ knows no user {role}"))?;
        let postgres = way("postgres", self.postgres.address());
        let redis = way("redis", self.redis.address());
        let mut environment = vec![
            ("ODD_POSTGRES_URL", self.postgres.url_at(postgres)),
            ("ODD_RABBITMQ_URL", broker),
            ("ODD_REDIS_URL", self.redis.url_at(redis)),
        ];
        if let Some(mongo) = &self.mongo {
            let url = mongo.url_at(way("mongo", mongo.address()));
            environment.push(("ODD_MONGODB_URL", url));
        }
        let owned = environment.into_iter();
        Ok(owned.map(|(name, url)| (name.to_owned(), url)).collect())
    }

    /// Their processes; each stands for its descendants as well.
    pub(crate) fn pids(&self) -> impl Iterator<Item = u32> {
        [
            self.postgres.pid(),
            self.rabbitmq.pid(),
            self.redis.pid(),
            self.mongo.as_ref().and_then(Mongo::pid),
        ]
        .into_iter()
        .flatten()
    }
}
