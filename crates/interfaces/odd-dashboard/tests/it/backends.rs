//! The servers of a cluster, all with TLS and certificates of a private authority.

use std::path::PathBuf;
use std::process::Command;

use odd_testkit::private_servers::{
    Authority, DataRoot, Mongo, MongoOptions, Postgres, PostgresOptions, RabbitMq, RabbitMqOptions,
    Redis, RedisOptions,
};

use crate::program::program;
use crate::role::Role;

pub(crate) struct Backends {
    pub(crate) postgres: Postgres,
    pub(crate) rabbitmq: RabbitMq,
    pub(crate) redis: Redis,
    pub(crate) mongo: Mongo,
    folder: tempfile::TempDir,
}

impl Backends {
    pub(crate) fn start() -> Self {
        let authority = Authority::new().expect("an authority");
        let certificate = || Some(authority.certify().expect("a certificate"));
        let root = DataRoot::temporary().expect("a temporary folder");
        let postgres = PostgresOptions {
            certificate: certificate(),
            ..PostgresOptions::default()
        };
        let rabbitmq = RabbitMqOptions {
            certificate: certificate(),
            ..RabbitMqOptions::default()
        };
        let redis = RedisOptions {
            certificate: certificate(),
        };
        let mongo = MongoOptions {
            certificate: certificate(),
        };
        let folder = tempfile::tempdir().expect("a temporary folder");
        std::fs::write(folder.path().join("ca.pem"), authority.pem()).expect("written");
        Self {
            postgres: Postgres::start_with(&root, postgres).expect("PostgreSQL starts"),
            rabbitmq: RabbitMq::start_with(&root, rabbitmq).expect("RabbitMQ starts"),
            redis: Redis::start_with(&root, redis).expect("Redis starts"),
            mongo: Mongo::start_with(&root, mongo).expect("MongoDB starts"),
            folder,
        }
    }

    pub(crate) fn ca_file(&self) -> PathBuf {
        self.folder.path().join("ca.pem")
    }

    /// The executable, with the URLs of the servers and their authority.
    pub(crate) fn program(&self, user: &str) -> Command {
        let mut command = program();
        let broker = self.rabbitmq.url_for(user).expect("the user exists");
        command
            .env("ODD_POSTGRES_URL", self.postgres.url())
            .env("ODD_RABBITMQ_URL", broker)
            .env("ODD_REDIS_URL", self.redis.url())
            .env("ODD_MONGODB_URL", self.mongo.url())
            .env("ODD_TLS_CA_FILE", self.ca_file());
        command
    }

    /// `serve ROLE` on a free port.
    pub(crate) fn serve(&self, role: &str) -> Command {
        let mut command = self.program(role);
        command.args(["serve", role, "--addr", "127.0.0.1:0"]);
        command
    }

    /// Starts one process for each role, and waits until all are ready.
    pub(crate) fn roles(&self, configure: impl Fn(&mut Command)) -> Vec<Role> {
        let roles = ["gateway", "processor", "metrics-engine", "read-model"];
        let roles = roles.map(|role| {
            let mut command = self.serve(role);
            configure(&mut command);
            Role::start(command)
        });
        roles.iter().for_each(Role::await_ready);
        roles.into()
    }

    /// Every password of the servers.
    pub(crate) fn secrets(&self) -> Vec<String> {
        let users = ["gateway", "processor", "metrics-engine", "read-model"];
        let urls = users.map(|user| self.rabbitmq.url_for(user).expect("the user exists"));
        let urls =
            urls.into_iter()
                .chain([self.postgres.url(), self.redis.url(), self.mongo.url()]);
        let password = |url: String| {
            let (_, rest) = url.split_once("://").expect("a URL");
            let (credentials, _) = rest.split_once('@').expect("credentials");
            let (_, password) = credentials.split_once(':').expect("a password");
            password.to_owned()
        };
        urls.map(password).collect()
    }
}
