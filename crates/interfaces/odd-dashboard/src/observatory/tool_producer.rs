use odd_contracts::Producer;
use odd_core::Producers;

/// Returns the producers of a command that connects to the servers itself, and records no events.
pub(super) fn producers(command: &str) -> Producers {
    let producer = producer(command);
    Producers {
        gateway: producer.clone(),
        processor: producer,
    }
}

/// Returns the producer of such a command.
pub(super) fn producer(command: &str) -> Producer {
    Producer {
        service: command.to_owned(),
        instance_id: uuid::Uuid::new_v4().to_string(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
    }
}
