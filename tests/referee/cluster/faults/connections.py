"""Fault 23: connections break or stall."""

import time
from typing import Iterator

from cluster.evidence import ClusterEvidence
from cluster.context import Fault, Context
from evidence import Violation
from wire import Connection, NoAnswer, NotSent

HEARTBEAT_SECONDS = 10
# Two heartbeats, half a heartbeat for the client's check interval, and a second for the poll.
SEEN_SECONDS = 2.5 * HEARTBEAT_SECONDS + 1
POLL_SECONDS = 0.5


def inject(context: Context) -> None:
    worker, engine = context.pick("processor"), context.pick("metrics-engine")
    gateway = context.pick("gateway")
    # The answer to a claim can be lost with its connection.
    context.workers_lost.append(time.time())
    for number in (worker, engine):
        context.proxy(number, "rabbitmq", "stall")
    stalled = time.monotonic()
    context.reduce_load(0.2)
    for number in (gateway, worker, context.pick("read-model")):
        for act, shortest, longest in (("cut", 0.2, 1.0), ("stall", 1.0, 2.0)):
            context.proxy(number, "postgres", act)
            context.pause(shortest, longest)
            context.proxy(number, "postgres", "heal")
            context.pause(0.2, 0.5)
    context.proxy(engine, "redis", "cut")
    context.notes["seenSeconds"] = _seen_after(context, worker, stalled)
    context.workers_lost.append(time.time())
    for number, server in ((worker, "rabbitmq"), (engine, "rabbitmq"), (engine, "redis")):
        context.proxy(number, server, "heal")


def _seen_after(context: Context, number: int, stalled: float) -> float | None:
    """Returns the seconds until the role reports the broker as unreachable, or None if it does not."""
    while time.monotonic() < stalled + SEEN_SECONDS + 10:
        if not _is_up(context.observatory.url(number), "broker"):
            return round(time.monotonic() - stalled, 1)
        time.sleep(POLL_SECONDS)
    return None


def _is_up(url: str, dependency: str) -> bool:
    connection = Connection(url, timeout_seconds=5)
    try:
        checks = connection.get("/readyz").body["checks"]
    except (NotSent, NoAnswer):
        return True
    finally:
        connection.close()
    return all(check["up"] for check in checks if check["dependency"] == dependency)


def seen_in_time(context: Context, _evidence: ClusterEvidence) -> Iterator[Violation]:
    """Checks that a silent broker is detected after two heartbeats."""
    seen = context.notes["seenSeconds"]
    if seen is None or seen > SEEN_SECONDS:
        yield Violation("heartbeat", f"a stalled connection was detected after {seen} s")


FAULT = Fault(23, "connections are cut and stall", inject, refuses=True, loses_attempts=True,
              examine=seen_in_time)
