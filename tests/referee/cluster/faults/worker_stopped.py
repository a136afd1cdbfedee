"""Fault 18: a worker is stopped beyond its lease and goes on while others do its jobs."""

import time
from typing import Iterator

from cluster.evidence import ClusterEvidence
from cluster.rules import TAKEOVER_SECONDS
from cluster.scene import Fault, Scene
from evidence import Violation

NAP_SECONDS = 8
JOBS = 16
POLL_SECONDS = 0.2
# What a worker logs of an attempt that no longer counts.
TOO_LATE = "ended too late to count"


def strike(scene: Scene) -> None:
    worker = scene.pick("processor")
    slow = f"{scene.sink.url}/slow/{NAP_SECONDS * 1000}"
    naps = [{"type": "sleep", "payload": {"ms": NAP_SECONDS * 1000}, "maxAttempts": 5} for _ in range(JOBS)]
    calls = [{"type": "http.request", "maxAttempts": 5, "payload": {"method": "POST", "url": slow}} for _ in range(JOBS)]
    scene.quieten()
    jobs = scene.submit(naps).ids + scene.submit_calls(calls).ids
    scene.pause(1.0, 2.0)
    logged = len(scene.observatory.log(worker))
    scene.role(worker, "pause")
    stopped = time.monotonic()
    # It comes back in the middle of the attempts that took its place.
    while not _taken_over(scene, jobs) and time.monotonic() < stopped + TAKEOVER_SECONDS + 10:
        time.sleep(POLL_SECONDS)
    scene.notes["stoppedSeconds"] = round(time.monotonic() - stopped, 1)
    scene.role(worker, "resume")
    scene.pause(1.0, 2.0)
    scene.notes["tooLate"] = scene.observatory.log(worker)[logged:].count(TOO_LATE)


def _taken_over(scene: Scene, jobs: list[str]) -> int:
    ids = ",".join(f"'{job}'" for job in jobs)
    query = f"SELECT count(*) FROM jobs WHERE id IN ({ids}) AND attempt > 1 AND status = 'EXECUTING'"
    return scene.observatory.postgres.value(query)


def rejected_visibly(scene: Scene, evidence: ClusterEvidence) -> Iterator[Violation]:
    """The worker that came back was told that its results do not count, and logs it."""
    if evidence.lost_attempts and not scene.notes["tooLate"]:
        yield Violation("zombie", "the worker that was stopped beyond its lease logs no result that came too late")


FAULT = Fault(18, "a worker is stopped beyond its lease", strike, loses_attempts=True, must_lose_attempts=True,
              examine=rejected_visibly)
