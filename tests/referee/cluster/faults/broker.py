"""Faults 8, 9 and 10: RabbitMQ dies, loses its data, or takes nothing more."""

import time
from typing import Iterator

from cluster.evidence import ClusterEvidence
from cluster.scene import Fault, Scene, accepted_between, slow_answers
from evidence import Violation

# The broker has no part in an answer.
SLOWEST_ANSWER_SECONDS = 5


def strike_server(scene: Scene) -> None:
    for act in ("kill", "stop"):
        scene.pause(0.2, 0.8)
        _away(scene, act, "restart")


def strike_data(scene: Scene) -> None:
    scene.pause(0.2, 0.8)
    begun = time.time()
    scene.server("rabbitmq", "wipe")
    scene.is_broker_empty = True
    scene.notes["away"] = [(begun, time.time())]
    scene.pause(1.0, 1.5)


def strike_disk(scene: Scene) -> None:
    _away(scene, "raise-alarm", "clear-alarm")


def _away(scene: Scene, act: str, undo: str) -> None:
    scene.server("rabbitmq", act)
    begun = time.time()
    scene.pause(2.0, 3.0)
    scene.notes.setdefault("away", []).append((begun, time.time()))
    scene.server("rabbitmq", undo)


def goes_on(scene: Scene, evidence: ClusterEvidence) -> Iterator[Violation]:
    """The gateway keeps accepting, and nobody waits."""
    for since, until in scene.notes["away"]:
        if not accepted_between(evidence, since, until):
            yield Violation("accepting", f"nothing was accepted in the {until - since:.1f} s without the broker")
    yield from slow_answers(evidence, SLOWEST_ANSWER_SECONDS)


FAULTS = (
    Fault(8, "RabbitMQ is killed and stopped", strike_server, examine=goes_on),
    Fault(9, "RabbitMQ loses its data", strike_data, examine=goes_on),
    Fault(10, "RabbitMQ has no disk", strike_disk, examine=goes_on),
)
