use super::super::dashboard::{Dashboard, Row};
use super::super::kind::{Kind, Unit};
use super::super::panel::Panel;
use super::super::queries::quantile;
use super::super::variable::SERVICE;

pub(super) fn dashboard() -> Dashboard {
    Dashboard {
        uid: "cluster-stores",
        title: "Observatory / Cluster stores and broker",
        description: "PostgreSQL, RabbitMQ, Redis and MongoDB as the roles of a cluster see them, and what RabbitMQ reports itself.",
        variables: vec![SERVICE],
        web_path: "/services",
        rows: vec![
            Row::new("Store", store()),
            Row::new("Outbox and broker", broker()),
            Row::new("RabbitMQ", rabbitmq()),
            Row::new("Views and archive", views()),
        ],
    }
}

fn store() -> [Panel; 4] {
    [
        Panel::new(Kind::Lines, Unit::PerSecond, "Transactions", "Transactions by role and outcome.")
            .query(
                r#"sum by (service, outcome) (rate(observatory_store_transactions_total{service=~"$service"}[$__rate_interval]))"#,
                "{{service}} {{outcome}}",
            ),
        Panel::new(Kind::Lines, Unit::Seconds, "Duration of transactions", "Transactions that changed the store, until they were durable.")
            .quantiles(r#"observatory_store_transaction_seconds{service=~"$service"}"#),
        Panel::new(Kind::Stack, Unit::Number, "Connections", "Open connections to the store, by state.")
            .query(
                r#"sum by (service, state) (observatory_store_pool_connections{service=~"$service"})"#,
                "{{service}} {{state}}",
            ),
        Panel::new(Kind::Lines, Unit::Number, "Waiting for a connection", "Operations that wait. More than a few for longer than a moment: the pool is too small or the store too slow.")
            .query(
                r#"sum by (service) (observatory_store_pool_waiters{service=~"$service"})"#,
                "{{service}}",
            ),
    ]
}

fn broker() -> [Panel; 4] {
    [
        Panel::new(
            Kind::Lines,
            Unit::Number,
            "Outbox",
            "Recorded events that were not published to the broker.",
        )
        .query("max(observatory_outbox_events)", "events"),
        Panel::new(
            Kind::Lines,
            Unit::Seconds,
            "Age of the outbox",
            "Age of the oldest event that was not published.",
        )
        .query("max(observatory_outbox_oldest_seconds)", "age")
        .alert_above("OutboxStuck"),
        Panel::new(
            Kind::Lines,
            Unit::Seconds,
            "Time to publish",
            "From the record of an event until it was sent, and until the broker confirmed it.",
        )
        .query(
            quantile(
                "0.99",
                "le, stage",
                r#"observatory_job_stage_seconds{stage=~"outbox|broker"}"#,
            ),
            "{{stage}} p99",
        ),
        Panel::new(
            Kind::States,
            Unit::Number,
            "Broker",
            "Whether each role can use the broker.",
        )
        .query(
            r#"min by (service) (observatory_dependency_up{dependency="broker"})"#,
            "{{service}}",
        )
        .runbook("BrokerUnavailable"),
    ]
}

fn rabbitmq() -> [Panel; 4] {
    [
        Panel::new(
            Kind::Stack,
            Unit::Number,
            "Messages",
            "Messages in all queues of the broker.",
        )
        .query("sum(rabbitmq_queue_messages_ready)", "ready")
        .query(
            "sum(rabbitmq_queue_messages_unacked)",
            "delivered, not acknowledged",
        ),
        Panel::new(
            Kind::Lines,
            Unit::Number,
            "Connections and channels",
            "Connections and channels of all clients.",
        )
        .query("sum(rabbitmq_connections)", "connections")
        .query("sum(rabbitmq_channels)", "channels"),
        Panel::new(
            Kind::Lines,
            Unit::Bytes,
            "Memory",
            "Memory that the broker uses, and its limit, from which it blocks publishers.",
        )
        .query("rabbitmq_process_resident_memory_bytes", "used")
        .query("rabbitmq_resident_memory_limit_bytes", "limit"),
        Panel::new(
            Kind::Lines,
            Unit::Bytes,
            "Disk",
            "Free space of the broker's disk, and the limit below which it blocks publishers.",
        )
        .query("rabbitmq_disk_space_available_bytes", "free")
        .query("rabbitmq_disk_space_available_limit_bytes", "limit"),
    ]
}

fn views() -> [Panel; 4] {
    [
        Panel::new(Kind::Lines, Unit::Number, "Unprocessed events", "Recorded events that a consumer has not processed.")
            .query("max by (consumer) (observatory_consumer_lag_events)", "{{consumer}}"),
        Panel::new(Kind::Lines, Unit::Seconds, "Lag", "Age of the first event that a consumer has not processed.")
            .query("max by (consumer) (observatory_consumer_lag_seconds)", "{{consumer}}")
            .alert_above("ViewsStale"),
        Panel::new(Kind::Lines, Unit::Seconds, "Time until an event is in the views", "From the record of an event until the views contain it.")
            .quantiles(r#"observatory_job_stage_seconds{stage="view"}"#),
        Panel::new(Kind::States, Unit::Number, "Views and archive", "Whether the roles can use the views and the archive.")
            .query(
                r#"min by (service, dependency) (observatory_dependency_up{dependency=~"views|archive"})"#,
                "{{service}}: {{dependency}}",
            )
            .runbook("ViewsUnavailable"),
    ]
}
