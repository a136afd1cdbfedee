"""Faults 19 and 20: messages come more than once, or late and in the wrong order."""

import threading

import pika

from cluster.scene import Fault, Scene
from cluster.watch import Watch

EXCHANGE, FOLLOWED, HELD = "observatory.events", "metrics-engine.events", "referee.held"
EVENTS = "job.#"
COPIES = 3
# Else copies were copied.
COPY = "x-referee-copy"


class Repeater(threading.Thread):
    """Publishes whatever goes through the exchange again, three times."""

    def __init__(self, url: str) -> None:
        super().__init__(daemon=True)
        self._connection = pika.BlockingConnection(pika.URLParameters(url))
        self._channel = self._connection.channel()
        self._queue = self._channel.queue_declare("", exclusive=True).method.queue
        self._channel.queue_bind(self._queue, EXCHANGE, "#")
        self._over = threading.Event()
        self.copies = 0

    def run(self) -> None:
        for delivery, properties, body in self._channel.consume(self._queue, auto_ack=True, inactivity_timeout=0.1):
            if body is not None and COPY not in (properties.headers or {}):
                properties.headers = {**(properties.headers or {}), COPY: 1}
                for _ in range(COPIES):
                    self._channel.basic_publish(EXCHANGE, delivery.routing_key, body, properties)
                    self.copies += 1
            if body is None and self._over.is_set():
                break
        self._connection.close()

    def finish(self) -> None:
        self._over.set()
        self.join(timeout=30)


def strike_repeat(scene: Scene) -> None:
    repeater = Repeater(scene.observatory.broker_url)
    repeater.start()
    scene.pause(4.0, 5.0)
    for submitter in scene.submitters:
        submitter.finish()
    repeater.finish()
    scene.faults, scene.notes["copies"] = repeater.copies, repeater.copies


def strike_order(scene: Scene) -> None:
    """What the metrics-engine was to hear of for a while comes late and backwards."""
    watch = Watch(scene.observatory.read_model)
    watch.start()
    connection = pika.BlockingConnection(pika.URLParameters(scene.observatory.broker_url))
    channel = connection.channel()
    channel.queue_declare(HELD)
    channel.queue_bind(HELD, EXCHANGE, EVENTS)
    channel.queue_unbind(FOLLOWED, EXCHANGE, EVENTS)
    scene.pause(1.5, 2.5)
    scene.quieten()
    connection.sleep(scene.options.event_delay_seconds)
    channel.queue_bind(FOLLOWED, EXCHANGE, EVENTS)
    channel.queue_unbind(HELD, EXCHANGE, EVENTS)
    held = []
    while (message := channel.basic_get(HELD, auto_ack=True))[2] is not None:
        held.append(message)
    for _, properties, body in reversed(held):
        channel.basic_publish("", FOLLOWED, body, properties)
    channel.queue_delete(HELD)
    connection.close()
    scene.faults, scene.notes["held"] = len(held), len(held)
    scene.pause(1.0, 2.0)
    watch.finish()
    if watch.regressed is not None:
        scene.find("regress", watch.regressed)


FAULTS = (
    Fault(19, "messages are repeated", strike_repeat),
    Fault(20, "events come late and backwards", strike_order),
)
