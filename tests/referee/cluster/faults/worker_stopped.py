"""Fault 18: a worker is stopped beyond its lease and continues while others run its jobs."""

import time
from typing import Iterator

from cluster.evidence import ClusterEvidence
from cluster.rules import TAKEOVER_SECONDS
from cluster.context import Fault, Context
from evidence import Violation

NAP_SECONDS = 8
JOBS = 16
POLL_SECONDS = 0.2
# The log message of a worker about an attempt that has lost its lease.
TOO_LATE = "an attempt ended after its lease was lost"


def inject(context: Context) -> None:
    worker = context.pick("processor")
    slow = f"{context.sink.url}/slow/{NAP_SECONDS * 1000}"
    naps = [{"type": "sleep", "payload": {"ms": NAP_SECONDS * 1000}, "maxAttempts": 5} for _ in range(JOBS)]
    calls = [{"type": "http.request", "maxAttempts": 5, "payload": {"method": "POST", "url": slow}} for _ in range(JOBS)]
    context.reduce_load()
    jobs = context.submit(naps).ids + context.submit_calls(calls).ids
    context.pause(1.0, 2.0)
    logged = len(context.observatory.log(worker))
    context.role(worker, "pause")
    stopped = time.monotonic()
    # The worker continues while other workers run the next attempts.
    while not _taken_over(context, jobs) and time.monotonic() < stopped + TAKEOVER_SECONDS + 10:
        time.sleep(POLL_SECONDS)
    context.notes["stoppedSeconds"] = round(time.monotonic() - stopped, 1)
    context.role(worker, "resume")
    context.pause(1.0, 2.0)
    context.notes["tooLate"] = context.observatory.log(worker)[logged:].count(TOO_LATE)


def _taken_over(context: Context, jobs: list[str]) -> int:
    ids = ",".join(f"'{job}'" for job in jobs)
    query = f"SELECT count(*) FROM jobs WHERE id IN ({ids}) AND attempt > 1 AND status = 'EXECUTING'"
    return context.observatory.postgres.value(query)


def rejected_visibly(context: Context, evidence: ClusterEvidence) -> Iterator[Violation]:
    """Checks that the results of the resumed worker were rejected and that it logged this."""
    if evidence.lost_attempts and not context.notes["tooLate"]:
        yield Violation("zombie", "the worker that was stopped beyond its lease logs no result that came too late")


FAULT = Fault(18, "a worker is stopped beyond its lease", inject, loses_attempts=True, must_lose_attempts=True,
              examine=rejected_visibly)
