use std::error::Error;

use odd_bus_rabbitmq::{BrokerConfig, BrokerInspection};
use odd_core::ports::ErrorChain;
use odd_doctor::{Finding, Fix, Group, Probe};
use odd_store_postgres::{PostgresConfig, PostgresInspection};
use odd_views_cluster::{RedisConfig, RedisInspection};

use crate::failure::Failure;
use crate::observatory::tool_producer::{producer, producers};
use crate::observatory::trust::trust;
use crate::settings::ClusterSettings;

const COMMAND: &str = "doctor";

/// Returns the probes of the servers of a cluster that are configured. They change nothing.
///
/// # Errors
/// When the certificates to trust cannot be read.
pub(crate) fn server_probes(settings: &ClusterSettings) -> Result<Vec<Probe>, Failure> {
    let probes = [
        Some(postgres_probe(settings)?),
        rabbitmq_probe(settings)?,
        redis_probe(settings),
    ];
    Ok(probes.into_iter().flatten().collect())
}

fn postgres_probe(settings: &ClusterSettings) -> Result<Probe, Failure> {
    let config = PostgresConfig {
        tls: trust(settings)?,
        ..PostgresConfig::new(&settings.postgres_url, producers(COMMAND))
    };
    let check = async move {
        match odd_store_postgres::inspect(&config).await {
            Ok(inspection) => postgres_finding(&inspection),
            Err(error) => unusable(&error, "ODD_POSTGRES_URL"),
        }
    };
    Ok(Probe::new(
        "postgresql",
        Group::Servers,
        "PostgreSQL",
        check,
    ))
}

fn rabbitmq_probe(settings: &ClusterSettings) -> Result<Option<Probe>, Failure> {
    let Some(url) = &settings.rabbitmq_url else {
        return Ok(None);
    };
    let config = BrokerConfig {
        tls: trust(settings)?,
        ..BrokerConfig::new(url, producer(COMMAND))
    };
    let check = async move {
        match odd_bus_rabbitmq::inspect(&config).await {
            Ok(inspection) => rabbitmq_finding(inspection),
            Err(error) => unusable(&error, "ODD_RABBITMQ_URL"),
        }
    };
    Ok(Some(Probe::new(
        "rabbitmq",
        Group::Servers,
        "RabbitMQ",
        check,
    )))
}

fn redis_probe(settings: &ClusterSettings) -> Option<Probe> {
    let config = RedisConfig {
        ca_file: settings.ca_file.clone(),
        ..RedisConfig::new(settings.redis_url.as_ref()?)
    };
    let check = async move {
        match odd_views_cluster::inspect_redis(&config).await {
            Ok(inspection) => redis_finding(&inspection),
            Err(error) => unusable(&error, "ODD_REDIS_URL"),
        }
    };
    Some(Probe::new("redis", Group::Servers, "Redis", check))
}

fn postgres_finding(found: &PostgresInspection) -> Finding {
    let commit = found.synchronous_commit.as_str();
    let unsafe_settings = [
        ("fsync", !found.fsync),
        ("full_page_writes", !found.full_page_writes),
        ("synchronous_commit", matches!(commit, "off" | "local")),
    ];
    let mut off = unsafe_settings.iter().filter(|(_, is_off)| *is_off);
    if let Some((name, _)) = off.next() {
        let text = format!("set {name} to on: without it, a crash loses jobs that were accepted");
        let command = format!(
            "psql \"$ODD_POSTGRES_URL\" -c 'ALTER SYSTEM SET {name} = on' -c 'SELECT pg_reload_conf()'"
        );
        let fix = Fix::new(text).command(command);
        return Finding::fail(format!("{name} is not on"), fix);
    }
    let version = &found.server_version;
    match found.applied_migration {
        Some(applied) if applied > found.newest_migration => Finding::fail(
            format!(
                "the schema has migration {applied}, and this version knows {}",
                found.newest_migration
            ),
            Fix::new("upgrade this program: a newer version has upgraded the schema"),
        ),
        Some(applied) if applied == found.newest_migration => Finding::ok(format!(
            "version {version}, durable, migration {applied} of {applied}"
        )),
        applied => Finding::warn(
            format!(
                "version {version}; pending migrations: {} to {}",
                applied.unwrap_or(0) + 1,
                found.newest_migration
            ),
            Fix::new(
                "the next start of a role applies them; for a large database, read docs/guides/cluster.md#upgrade first",
            ),
        ),
    }
}

fn rabbitmq_finding(found: BrokerInspection) -> Finding {
    if !found.accepts_messages {
        let text = "free some disk space or memory on the broker: an alarm stops all publishers";
        let fix = Fix::new(text).command("rabbitmq-diagnostics alarms");
        return Finding::fail("connected, but it accepts no messages", fix);
    }
    if !found.is_durable {
        let text = "stop all roles, delete the queue observatory.dead-letters, and start them again: they declare it as a durable quorum queue";
        return Finding::fail(
            "observatory.dead-letters is not a durable quorum queue",
            Fix::new(text),
        );
    }
    match found.is_declared {
        true => Finding::ok("accepts messages; durable quorum queues"),
        false => Finding::ok("connected; no role has declared its queues yet"),
    }
}

fn redis_finding(found: &RedisInspection) -> Finding {
    let version = &found.server_version;
    if found.evicts {
        let fix = Fix::new(
            "set maxmemory-policy to noeviction: otherwise Redis drops parts of the views",
        )
        .command("redis-cli -u \"$ODD_REDIS_URL\" CONFIG SET maxmemory-policy noeviction");
        return Finding::fail(
            format!("version {version} removes keys when its memory is full"),
            fix,
        );
    }
    match found.appendonly {
        true => Finding::ok(format!("version {version}, append-only file, no eviction")),
        false => Finding::warn(
            format!("version {version} without an append-only file"),
            Fix::new("set appendonly to yes: otherwise the views are rebuilt after each restart of Redis")
                .command("redis-cli -u \"$ODD_REDIS_URL\" CONFIG SET appendonly yes"),
        ),
    }
}

fn unusable(error: &(dyn Error + 'static), variable: &str) -> Finding {
    let fix = Fix::new(format!("start the server, or correct {variable}"));
    Finding::fail(format!("cannot be used: {}", ErrorChain(error)), fix)
}

#[cfg(test)]
mod tests {
    use odd_doctor::CheckStatus;

    use super::*;

    fn postgres() -> PostgresInspection {
        PostgresInspection {
            server_version: "15.7".to_owned(),
            fsync: true,
            full_page_writes: true,
            synchronous_commit: "on".to_owned(),
            applied_migration: Some(2),
            newest_migration: 2,
        }
    }

    #[test]
    fn settings_that_lose_commits_fail_and_are_named() {
        assert_eq!(postgres_finding(&postgres()).status(), CheckStatus::Ok);
        for (changed, name) in [
            (
                PostgresInspection {
                    fsync: false,
                    ..postgres()
                },
                "fsync",
            ),
            (
                PostgresInspection {
                    full_page_writes: false,
                    ..postgres()
                },
                "full_page_writes",
            ),
            (
                PostgresInspection {
                    synchronous_commit: "off".to_owned(),
                    ..postgres()
                },
                "synchronous_commit",
            ),
        ] {
            let finding = postgres_finding(&changed);
            assert_eq!(finding.detail(), format!("{name} is not on"));
            assert_eq!(finding.status(), CheckStatus::Fail);
        }
    }

    #[test]
    fn pending_migrations_are_a_warning_and_a_newer_schema_fails() {
        let with = |applied_migration| {
            postgres_finding(&PostgresInspection {
                applied_migration,
                ..postgres()
            })
        };
        assert_eq!(
            with(Some(1)).detail(),
            "version 15.7; pending migrations: 2 to 2"
        );
        assert_eq!(
            with(None).detail(),
            "version 15.7; pending migrations: 1 to 2"
        );
        assert_eq!(with(None).status(), CheckStatus::Warn);
        assert_eq!(with(Some(3)).status(), CheckStatus::Fail);
    }

    #[test]
    fn redis_that_loses_views_is_reported() {
        let found = |appendonly, evicts| RedisInspection {
            server_version: "7.2.4".to_owned(),
            appendonly,
            evicts,
        };
        assert_eq!(redis_finding(&found(true, false)).status(), CheckStatus::Ok);
        assert_eq!(
            redis_finding(&found(false, false)).status(),
            CheckStatus::Warn
        );
        assert_eq!(
            redis_finding(&found(true, true)).status(),
            CheckStatus::Fail
        );
    }

    #[test]
    fn alarm_of_the_broker_fails_before_anything_else() {
        let found = |is_durable, accepts_messages| BrokerInspection {
            is_declared: true,
            is_durable,
            accepts_messages,
        };
        assert_eq!(
            rabbitmq_finding(found(true, true)).status(),
            CheckStatus::Ok
        );
        assert!(
            rabbitmq_finding(found(false, false))
                .detail()
                .contains("accepts no messages")
        );
        assert_eq!(
            rabbitmq_finding(found(false, true)).status(),
            CheckStatus::Fail
        );
    }
}
