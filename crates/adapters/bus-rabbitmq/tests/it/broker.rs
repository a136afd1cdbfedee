use futures_util::StreamExt;
use lapin::message::Delivery;
use lapin::options::{
    BasicConsumeOptions, BasicPublishOptions, ConfirmSelectOptions, QueueBindOptions,
    QueueDeclareOptions, QueueDeleteOptions, QueuePurgeOptions,
};
use lapin::types::{AMQPValue, FieldTable, ShortString};
use lapin::{BasicProperties, Channel, Connection, ConnectionProperties, Consumer, Queue};
use odd_bus_rabbitmq::BrokerConfig;
use odd_contracts::{FieldError, ParkedMessage};
use odd_testkit::PATIENCE;

pub(crate) const EXCHANGE: &str = "observatory.events";
pub(crate) const POSITION_HEADER: &str = "x-observatory-position";

/// A test client of the broker.
pub(crate) struct Broker {
    channel: Channel,
    _connection: Connection,
}

impl Broker {
    /// Connects. The exchanges must have been declared.
    pub(crate) async fn open(config: &BrokerConfig) -> Self {
        let connection = Connection::connect(&config.url, ConnectionProperties::default()).await;
        let connection = connection.expect("the broker runs");
        let channel = connection.create_channel().await.expect("a channel");
        let confirm = ConfirmSelectOptions::default();
        channel.confirm_select(confirm).await.expect("confirms");
        Self {
            channel,
            _connection: connection,
        }
    }

    /// Consumes a queue.
    pub(crate) async fn consume(&self, queue: &str) -> Consumer {
        let options = BasicConsumeOptions {
            no_ack: true,
            ..BasicConsumeOptions::default()
        };
        let table = FieldTable::default();
        let consumer = self
            .channel
            .basic_consume(queue.into(), "".into(), options, table);
        consumer.await.expect("the queue exists")
    }

    /// Consumes everything published to the exchange from now on.
    pub(crate) async fn consume_all(&self) -> Consumer {
        let options = QueueDeclareOptions {
            exclusive: true,
            ..QueueDeclareOptions::default()
        };
        let (channel, table) = (&self.channel, FieldTable::default);
        let queue = channel.queue_declare("".into(), options, table()).await;
        let queue = queue.expect("an exclusive queue").name().to_string();
        channel
            .queue_bind(
                queue.as_str().into(),
                EXCHANGE.into(),
                "#".into(),
                QueueBindOptions::default(),
                table(),
            )
            .await
            .expect("the exchange is there");
        self.consume(&queue).await
    }

    /// Publishes to the exchange and waits for the confirmation.
    pub(crate) async fn publish(&self, routing_key: &str, body: &[u8], position: Option<i64>) {
        let mut headers = FieldTable::default();
        if let Some(position) = position {
            headers.insert(
                ShortString::from(POSITION_HEADER),
                AMQPValue::LongLongInt(position),
            );
        }
        let sent = self
            .channel
            .basic_publish(
                EXCHANGE.into(),
                routing_key.into(),
                BasicPublishOptions::default(),
                body,
                BasicProperties::default().with_headers(headers),
            )
            .await;
        let confirmation = sent.expect("sent").await.expect("confirmed");
        assert!(confirmation.is_ack());
    }

    /// Removes the undelivered messages of a queue.
    pub(crate) async fn purge(&self, queue: &str) {
        let options = QueuePurgeOptions::default();
        let purged = self.channel.queue_purge(queue.into(), options).await;
        purged.expect("the queue exists");
    }

    /// Returns the number of undelivered messages in a queue.
    pub(crate) async fn depth(&self, queue: &str) -> u32 {
        self.state(queue).await.message_count()
    }

    /// Waits until a queue has a consumer.
    pub(crate) async fn wait_for_consumer(&self, queue: &str) {
        let polling = async { while self.state(queue).await.consumer_count() == 0 {} };
        let outcome = tokio::time::timeout(PATIENCE, polling).await;
        outcome.expect("a consumer in time");
    }

    /// Waits until a queue has no consumer.
    pub(crate) async fn wait_for_no_consumer(&self, queue: &str) {
        let polling = async { while self.state(queue).await.consumer_count() > 0 {} };
        let outcome = tokio::time::timeout(PATIENCE, polling).await;
        outcome.expect("no consumer in time");
    }

    async fn state(&self, queue: &str) -> Queue {
        let passive = QueueDeclareOptions {
            passive: true,
            ..QueueDeclareOptions::default()
        };
        let declared = self
            .channel
            .queue_declare(queue.into(), passive, FieldTable::default());
        declared.await.expect("the queue exists")
    }

    pub(crate) async fn delete(&self, queue: &str) {
        let options = QueueDeleteOptions::default();
        let deleted = self.channel.queue_delete(queue.into(), options).await;
        deleted.expect("the queue is deleted");
    }
}

/// Returns the next message.
///
/// # Panics
/// When none arrives in time.
pub(crate) async fn next(consumer: &mut Consumer) -> Delivery {
    tokio::time::timeout(PATIENCE, consumer.next())
        .await
        .expect("a message in time")
        .expect("the queue exists")
        .expect("the connection is open")
}

/// Returns the next quarantined message, after validating it against its contract.
pub(crate) async fn next_quarantined(dead_letters: &mut Consumer) -> ParkedMessage {
    let delivery = next(dead_letters).await;
    let value = serde_json::from_slice(&delivery.data).expect("JSON");
    let schema = odd_contracts::schema::Schemas::embedded().get("parked-message");
    let result = schema.expect("a schema").validate(&value);
    assert_eq!(result, Ok(()));
    serde_json::from_value(value).expect("its type")
}

/// Returns the pointers of all errors.
pub(crate) fn pointers(errors: &[FieldError]) -> Vec<&str> {
    errors.iter().map(|error| error.pointer.as_str()).collect()
}
