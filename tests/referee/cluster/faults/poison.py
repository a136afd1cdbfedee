"""Fault 21: a job that kills the process that runs it, among a hundred others."""

import os
import signal
import time
from typing import Iterator

from cluster.evidence import ClusterEvidence
from cluster.rules import TAKEOVER_SECONDS
from cluster.scene import Fault, Scene
from evidence import Violation
from sockets import process_behind

NEIGHBOURS = 100
ATTEMPTS = 2
PATH = "/poison"
POLL_SECONDS = 0.25


def strike(scene: Scene) -> None:
    scene.sink.trap = lambda path, port: _kill_caller(scene, path, port)
    scene.quieten()
    naps = [{"type": "sleep", "payload": {"ms": scene.random.randint(100, 800)}, "maxAttempts": 10}
            for _ in range(NEIGHBOURS)]
    call = {"method": "POST", "url": scene.sink.url + PATH}
    scene.notes["neighbours"] = scene.submit(naps[:50]).ids
    poison = scene.submit_calls([{"type": "http.request", "maxAttempts": ATTEMPTS, "payload": call}]).ids[0]
    scene.notes["neighbours"] += scene.submit(naps[50:]).ids
    scene.notes["poison"] = poison
    deadline = time.monotonic() + ATTEMPTS * (TAKEOVER_SECONDS + 10)
    over = f"SELECT status = 'FAILED' FROM jobs WHERE id = '{poison}'"
    while not scene.observatory.postgres.value(over) and time.monotonic() < deadline:
        time.sleep(POLL_SECONDS)
    scene.sink.trap = None


def _kill_caller(scene: Scene, path: str, port: int) -> None:
    if not path.startswith(PATH):
        return
    caller = process_behind(port)
    if caller is not None:
        scene.workers_lost.append(time.time())
        scene.faults += 1
        os.kill(caller, signal.SIGKILL)


def quarantined(scene: Scene, evidence: ClusterEvidence) -> Iterator[Violation]:
    """The poison is parked after its attempts; nobody beside it fails."""
    rows = {row.id: row for row in evidence.rows}
    poison = rows[scene.notes["poison"]]
    if (poison.status, poison.attempt, scene.faults) != ("FAILED", ATTEMPTS, ATTEMPTS):
        yield Violation("poison", f"job {poison.id} is {poison.status} after {poison.attempt} attempts and"
                                  f" {scene.faults} killed workers, {ATTEMPTS} were allowed")
    for job in scene.notes.pop("neighbours"):
        if rows[job].status != "COMPLETED":
            yield Violation("poison", f"the neighbour {job} is {rows[job].status}")


FAULT = Fault(21, "a job kills its workers", strike, loses_attempts=True, must_lose_attempts=True, ends_roles=True,
              examine=quarantined)
