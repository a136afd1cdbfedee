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
pub(crate) const PLACE: &str = "x-observatory-position";

/// A connection of the test's own.
pub(crate) struct Broker {
    channel: Channel,
    _connection: Connection,
}

impl Broker {
    /// Connects. Others have declared the exchanges.
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

    /// Takes what a queue has and gets.
    pub(crate) async fn consume(&self, queue: &str) -> Consumer {
        let options = BasicConsumeOptions {
            no_ack: true,
            ..BasicConsumeOptions::default()
        };
        let table = FieldTable::default();
        let consumer = self
            .channel
            .basic_consume(queue.into(), "".into(), options, table);
        consumer.await.expect("the queue is there")
    }

    /// Takes everything that goes through the exchange from now on.
    pub(crate) async fn everything(&self) -> Consumer {
        let options = QueueDeclareOptions {
            exclusive: true,
            ..QueueDeclareOptions::default()
        };
        let (channel, table) = (&self.channel, FieldTable::default);
        let queue = channel.queue_declare("".into(), options, table()).await;
        let queue = queue.expect("a queue of its own").name().to_string();
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

    /// Publishes to the exchange; returns when the broker has confirmed.
    pub(crate) async fn publish(&self, routing_key: &str, body: &[u8], place: Option<i64>) {
        let mut headers = FieldTable::default();
        if let Some(place) = place {
            headers.insert(ShortString::from(PLACE), AMQPValue::LongLongInt(place));
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
        let confirmation = sent.expect("is sent").await.expect("is answered");
        assert!(confirmation.is_ack());
    }

    /// Takes away what waits in a queue.
    pub(crate) async fn purge(&self, queue: &str) {
        let options = QueuePurgeOptions::default();
        let purged = self.channel.queue_purge(queue.into(), options).await;
        purged.expect("the queue is there");
    }

    /// Messages that wait in a queue, without those in the hands of consumers.
    pub(crate) async fn depth(&self, queue: &str) -> u32 {
        self.state(queue).await.message_count()
    }

    /// Waits until somebody consumes a queue.
    pub(crate) async fn listened(&self, queue: &str) {
        let asking = async { while self.state(queue).await.consumer_count() == 0 {} };
        let outcome = tokio::time::timeout(PATIENCE, asking).await;
        outcome.expect("somebody listens in time");
    }

    /// Waits until nobody consumes a queue.
    pub(crate) async fn deserted(&self, queue: &str) {
        let asking = async { while self.state(queue).await.consumer_count() > 0 {} };
        let outcome = tokio::time::timeout(PATIENCE, asking).await;
        outcome.expect("nobody listens in time");
    }

    async fn state(&self, queue: &str) -> Queue {
        let passive = QueueDeclareOptions {
            passive: true,
            ..QueueDeclareOptions::default()
        };
        let asked = self
            .channel
            .queue_declare(queue.into(), passive, FieldTable::default());
        asked.await.expect("the queue is there")
    }

    pub(crate) async fn delete(&self, queue: &str) {
        let options = QueueDeleteOptions::default();
        let deleted = self.channel.queue_delete(queue.into(), options).await;
        deleted.expect("the queue is deleted");
    }
}

/// The next message.
///
/// # Panics
/// When none comes in time.
pub(crate) async fn next(consumer: &mut Consumer) -> Delivery {
    tokio::time::timeout(PATIENCE, consumer.next())
        .await
        .expect("a message comes in time")
        .expect("the queue is there")
        .expect("the connection stands")
}

/// The next parked message, which follows its contract.
pub(crate) async fn next_parked(dead_letters: &mut Consumer) -> ParkedMessage {
    let delivery = next(dead_letters).await;
    let value = serde_json::from_slice(&delivery.data).expect("JSON");
    let schema = odd_contracts::schema::Schemas::embedded().get("parked-message");
    let verdict = schema.expect("a schema").validate(&value);
    assert_eq!(verdict, Ok(()));
    serde_json::from_value(value).expect("its type")
}

/// The pointers of all errors.
pub(crate) fn pointers(errors: &[FieldError]) -> Vec<&str> {
    errors.iter().map(|error| error.pointer.as_str()).collect()
}
