"""Fault 23: connections break, or stand still without breaking."""

import time
from typing import Iterator

from cluster.evidence import ClusterEvidence
from cluster.scene import Fault, Scene
from evidence import Violation
from wire import Connection, NoAnswer, NotSent

HEARTBEAT_SECONDS = 10
# Two of them; the client looks each half of one; and a moment to ask.
SEEN_SECONDS = 2.5 * HEARTBEAT_SECONDS + 1
POLL_SECONDS = 0.5


def strike(scene: Scene) -> None:
    worker, engine = scene.pick("processor"), scene.pick("metrics-engine")
    gateway = scene.pick("gateway")
    # What was under way on a connection is lost with it, so also the answer to a claim.
    scene.workers_lost.append(time.time())
    for number in (worker, engine):
        scene.link(number, "rabbitmq", "stall")
    stalled = time.monotonic()
    scene.quieten(0.2)
    for number in (gateway, worker, scene.pick("read-model")):
        for act, shortest, longest in (("cut", 0.2, 1.0), ("stall", 1.0, 2.0)):
            scene.link(number, "postgres", act)
            scene.pause(shortest, longest)
            scene.link(number, "postgres", "heal")
            scene.pause(0.2, 0.5)
    scene.link(engine, "redis", "cut")
    scene.notes["seenSeconds"] = _seen_after(scene, worker, stalled)
    scene.workers_lost.append(time.time())
    for number, server in ((worker, "rabbitmq"), (engine, "rabbitmq"), (engine, "redis")):
        scene.link(number, server, "heal")


def _seen_after(scene: Scene, number: int, stalled: float) -> float | None:
    """When the role tells that the broker is out of reach, on whatever connection of its it noticed."""
    while time.monotonic() < stalled + SEEN_SECONDS + 10:
        if not _says_up(scene.observatory.url(number), "broker"):
            return round(time.monotonic() - stalled, 1)
        time.sleep(POLL_SECONDS)
    return None


def _says_up(url: str, dependency: str) -> bool:
    connection = Connection(url, timeout_seconds=5)
    try:
        checks = connection.get("/readyz").body["checks"]
    except (NotSent, NoAnswer):
        return True
    finally:
        connection.close()
    return all(check["up"] for check in checks if check["dependency"] == dependency)


def seen_in_time(scene: Scene, _evidence: ClusterEvidence) -> Iterator[Violation]:
    """Whoever hears nothing from the broker knows after two heartbeats."""
    seen = scene.notes["seenSeconds"]
    if seen is None or seen > SEEN_SECONDS:
        yield Violation("heartbeat", f"a connection without answers was noticed after {seen} s")


FAULT = Fault(23, "connections are cut and stand still", strike, refuses=True, loses_attempts=True,
              examine=seen_in_time)
