"""Faults 19 and 20: messages are delivered several times, or late and in the wrong order."""

import threading

import pika

from cluster.context import Fault, Context
from cluster.watch import Watch

EXCHANGE, FOLLOWED, HELD = "observatory.events", "metrics-engine.events", "referee.held"
EVENTS = "job.#"
COPIES = 3
# Marks copies, which are not copied again.
COPY = "x-referee-copy"


class Repeater(threading.Thread):
    """Publishes three copies of every message of the exchange."""

    def __init__(self, url: str) -> None:
        super().__init__(daemon=True)
        self._connection = pika.BlockingConnection(pika.URLParameters(url))
        self._channel = self._connection.channel()
        self._queue = self._channel.queue_declare("", exclusive=True).method.queue
        self._channel.queue_bind(self._queue, EXCHANGE, "#")
        self._is_finished = threading.Event()
        self.copies = 0

    def run(self) -> None:
        for delivery, properties, body in self._channel.consume(self._queue, auto_ack=True, inactivity_timeout=0.1):
            if body is not None and COPY not in (properties.headers or {}):
                properties.headers = {**(properties.headers or {}), COPY: 1}
                for _ in range(COPIES):
                    self._channel.basic_publish(EXCHANGE, delivery.routing_key, body, properties)
                    self.copies += 1
            if body is None and self._is_finished.is_set():
                break
        self._connection.close()

    def finish(self) -> None:
        self._is_finished.set()
        self.join(timeout=30)


def inject_repeat(context: Context) -> None:
    repeater = Repeater(context.observatory.broker_url)
    repeater.start()
    context.pause(4.0, 5.0)
    for submitter in context.submitters:
        submitter.finish()
    repeater.finish()
    context.faults, context.notes["copies"] = repeater.copies, repeater.copies


def inject_order(context: Context) -> None:
    """Delivers the events of an interval to the metrics-engine late and in reverse order."""
    watch = Watch(context.observatory.read_model)
    watch.start()
    connection = pika.BlockingConnection(pika.URLParameters(context.observatory.broker_url))
    channel = connection.channel()
    channel.queue_declare(HELD)
    channel.queue_bind(HELD, EXCHANGE, EVENTS)
    channel.queue_unbind(FOLLOWED, EXCHANGE, EVENTS)
    context.pause(1.5, 2.5)
    context.reduce_load()
    connection.sleep(context.options.event_delay_seconds)
    channel.queue_bind(FOLLOWED, EXCHANGE, EVENTS)
    channel.queue_unbind(HELD, EXCHANGE, EVENTS)
    held = []
    while (message := channel.basic_get(HELD, auto_ack=True))[2] is not None:
        held.append(message)
    for _, properties, body in reversed(held):
        channel.basic_publish("", FOLLOWED, body, properties)
    channel.queue_delete(HELD)
    connection.close()
    context.faults, context.notes["held"] = len(held), len(held)
    context.pause(1.0, 2.0)
    watch.finish()
    if watch.regressed is not None:
        context.find("regress", watch.regressed)


FAULTS = (
    Fault(19, "messages are repeated", inject_repeat),
    Fault(20, "events are delivered late and in reverse order", inject_order),
)
