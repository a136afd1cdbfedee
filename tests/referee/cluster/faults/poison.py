"""Fault 21: a job kills the process that runs it, while a hundred other jobs run."""

import os
import signal
import time
from typing import Iterator

from cluster.evidence import ClusterEvidence
from cluster.rules import TAKEOVER_SECONDS
from cluster.context import Fault, Context
from evidence import Violation
from sockets import process_behind

NEIGHBOURS = 100
ATTEMPTS = 2
PATH = "/poison"
POLL_SECONDS = 0.25


def inject(context: Context) -> None:
    context.sink.trap = lambda path, port: _kill_caller(context, path, port)
    context.reduce_load()
    naps = [{"type": "sleep", "payload": {"ms": context.random.randint(100, 800)}, "maxAttempts": 10}
            for _ in range(NEIGHBOURS)]
    call = {"method": "POST", "url": context.sink.url + PATH}
    context.notes["neighbours"] = context.submit(naps[:50]).ids
    poison = context.submit_calls([{"type": "http.request", "maxAttempts": ATTEMPTS, "payload": call}]).ids[0]
    context.notes["neighbours"] += context.submit(naps[50:]).ids
    context.notes["poison"] = poison
    deadline = time.monotonic() + ATTEMPTS * (TAKEOVER_SECONDS + 10)
    has_failed = f"SELECT status = 'FAILED' FROM jobs WHERE id = '{poison}'"
    while not context.observatory.postgres.value(has_failed) and time.monotonic() < deadline:
        time.sleep(POLL_SECONDS)
    context.sink.trap = None


def _kill_caller(context: Context, path: str, port: int) -> None:
    if not path.startswith(PATH):
        return
    caller = process_behind(port)
    if caller is not None:
        context.workers_lost.append(time.time())
        context.faults += 1
        os.kill(caller, signal.SIGKILL)


def quarantined(context: Context, evidence: ClusterEvidence) -> Iterator[Violation]:
    """Checks that the poison job fails after its last attempt, and that no other job fails."""
    rows = {row.id: row for row in evidence.rows}
    poison = rows[context.notes["poison"]]
    if (poison.status, poison.attempt, context.faults) != ("FAILED", ATTEMPTS, ATTEMPTS):
        yield Violation("poison", f"job {poison.id} is {poison.status} after {poison.attempt} attempts and"
                                  f" {context.faults} killed workers, {ATTEMPTS} were allowed")
    for job in context.notes.pop("neighbours"):
        if rows[job].status != "COMPLETED":
            yield Violation("poison", f"the neighbour {job} is {rows[job].status}")


FAULT = Fault(21, "a job kills its workers", inject, loses_attempts=True, must_lose_attempts=True, ends_roles=True,
              examine=quarantined)
