use std::path::Path;

use anyhow::Context;
use odd_private_servers::{Kind, Mongo, Place, Postgres, RabbitMq, Redis, ensure_installed};

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
        let place = Place::at(folder)?;
        let postgres = std::thread::scope(|scope| {
            // RabbitMQ takes the longest.
            let rabbitmq = scope.spawn(|| RabbitMq::start(&place));
            let postgres = Postgres::start(&place)?;
            let redis = Redis::start(&place)?;
            let mongo = archive.then(|| Mongo::start(&place)).transpose()?;
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

    /// What a role is told of them.
    pub(crate) fn environment(
        &self,
        role: &str,
        services: &[(String, String)],
    ) -> anyhow::Result<Vec<(&'static str, String)>> {
        let broker = self.rabbitmq.url_for(role);
        let broker = broker.with_context(|| format!("RabbitMQ knows no user {role}"))?;
        let mut environment = vec![
            ("ODD_POSTGRES_URL", self.postgres.url()),
            ("ODD_RABBITMQ_URL", broker),
            ("ODD_REDIS_URL", self.redis.url()),
        ];
        if let Some(mongo) = &self.mongo {
            environment.push(("ODD_MONGODB_URL", mongo.url()));
        }
        if role == "read-model" {
            let items = services.iter().map(|(name, url)| format!("{name}={url}"));
            environment.push(("ODD_SERVICES", items.collect::<Vec<_>>().join(",")));
        }
        Ok(environment)
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
