"""Faults 8, 9 and 10: RabbitMQ is killed, loses its data, or raises its disk alarm."""

import time
from typing import Iterator

from cluster.evidence import ClusterEvidence
from cluster.context import Fault, Context, accepted_between, slow_answers
from evidence import Violation

# Answers do not depend on the broker.
SLOWEST_ANSWER_SECONDS = 5


def inject_server(context: Context) -> None:
    for act in ("kill", "stop"):
        context.pause(0.2, 0.8)
        _away(context, act, "restart")


def inject_data(context: Context) -> None:
    context.pause(0.2, 0.8)
    started = time.time()
    context.server("rabbitmq", "wipe")
    context.is_broker_empty = True
    context.notes["away"] = [(started, time.time())]
    context.pause(1.0, 1.5)


def inject_disk(context: Context) -> None:
    _away(context, "raise-alarm", "clear-alarm")


def _away(context: Context, act: str, undo: str) -> None:
    context.server("rabbitmq", act)
    started = time.time()
    context.pause(2.0, 3.0)
    context.notes.setdefault("away", []).append((started, time.time()))
    context.server("rabbitmq", undo)


def keeps_accepting(context: Context, evidence: ClusterEvidence) -> Iterator[Violation]:
    """Checks that the gateway keeps accepting jobs without delay."""
    for since, until in context.notes["away"]:
        if not accepted_between(evidence, since, until):
            yield Violation("accepting", f"nothing was accepted in the {until - since:.1f} s without the broker")
    yield from slow_answers(evidence, SLOWEST_ANSWER_SECONDS)


FAULTS = (
    Fault(8, "RabbitMQ is killed and stopped", inject_server, examine=keeps_accepting),
    Fault(9, "RabbitMQ loses its data", inject_data, examine=keeps_accepting),
    Fault(10, "RabbitMQ has no disk", inject_disk, examine=keeps_accepting),
)
