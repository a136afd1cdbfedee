//! The configuration files of the roles, which contain the URLs of the servers. Hosts are the names of the services.

use super::credentials::Credentials;
use super::secret::Secret;

pub(super) fn secrets(credentials: &Credentials) -> [Secret; 4] {
    let file = |role: &str| {
        let mut text = postgres(credentials) + &rabbitmq(credentials, role);
        if matches!(role, "metrics-engine" | "read-model") {
            text += &redis(credentials, role);
        }
        if role == "metrics-engine" {
            text += &mongodb(credentials);
        }
        text
    };
    [
        Secret::new("gateway.toml", ("gateway", KEY), file("gateway")),
        Secret::new("processor.toml", ("processor", KEY), file("processor")),
        Secret::new(
            "metrics-engine.toml",
            ("metrics-engine", KEY),
            file("metrics-engine"),
        ),
        Secret::new("read-model.toml", ("read-model", KEY), file("read-model")),
    ]
}

const KEY: &str = "config.toml";

fn postgres(credentials: &Credentials) -> String {
    let password = credentials.get("postgres-observatory");
    section(
        "postgres",
        &format!("postgresql://observatory:{password}@postgres:5432/observatory"),
    )
}

fn rabbitmq(credentials: &Credentials, role: &str) -> String {
    let password = credentials.get(&format!("rabbitmq-{role}"));
    section(
        "rabbitmq",
        &format!("amqp://{role}:{password}@rabbitmq:5672/%2f"),
    )
}

fn redis(credentials: &Credentials, role: &str) -> String {
    let password = credentials.get(&format!("redis-{role}"));
    section("redis", &format!("redis://{role}:{password}@redis:6379/"))
}

fn mongodb(credentials: &Credentials) -> String {
    let password = credentials.get("mongodb-metrics-engine");
    section(
        "mongodb",
        &format!("mongodb://metrics-engine:{password}@mongodb:27017/observatory?authSource=admin"),
    )
}

fn section(name: &str, url: &str) -> String {
    format!("[{name}]\nurl = \"{url}\"\n\n")
}
