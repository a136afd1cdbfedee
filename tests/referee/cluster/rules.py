"""The guarantees of a cluster, in addition to those of the embedded observatory: one function per guarantee."""

import json
from typing import Iterator

from answers import answers, commands, logs
from cluster.evidence import ClusterEvidence
from cluster.postgres import LOST, SUCCEEDED
from evidence import Violation
from checker import (
    attempts, conflicts, duplicate, effects, finished_once, histories, listed, lost, machine, partial_batch, phantom,
    places, published, rebuilt_views, repeated_answers, unfinished, view_sums,
)

LEASE_SECONDS = 10
# How often a processor checks for expired leases.
EXPIRY_CHECK_SECONDS = 5
# For a busy machine.
SLACK_SECONDS = 1
TAKEOVER_SECONDS = LEASE_SECONDS + EXPIRY_CHECK_SECONDS + SLACK_SECONDS
# Tolerance for rounding and for the clocks of two processes.
CLOCK_SECONDS = 0.01

DEAD_LETTERS = "observatory.dead-letters"


def check_cluster(evidence: ClusterEvidence) -> list[Violation]:
    """Returns every violation."""
    rules = (lost, unfinished, phantom, duplicate, answers, repeated_answers, conflicts, commands, partial_batch,
             histories, finished_once, published, listed, attempts, places, view_sums, rebuilt_views, effects, logs, machine,
             stale_results, short_naps, takeovers, burned_attempts, unpublished, log_order, broken_queues,
             earlier_jobs_unchanged, endings)
    found = [violation for rule in rules for violation in rule(evidence)]
    return found + evidence.findings


def stale_results(evidence: ClusterEvidence) -> Iterator[Violation]:
    """The result of an attempt comes from a call of this attempt, not of an earlier one."""
    refs = {row.id: row.ref for row in evidence.rows if row.type == "http.request"}
    for attempt in evidence.attempts:
        call = _call(attempt.result) if attempt.job in refs and attempt.outcome == SUCCEEDED else None
        if call is None:
            continue
        arrived = evidence.arrivals[refs[attempt.job]][call - 1]
        if arrived < attempt.started_at - CLOCK_SECONDS:
            early = attempt.started_at - arrived
            yield Violation("stale", f"attempt {attempt.number} of job {attempt.job} has the result of a call that was"
                                     f" made {early:.2f} s before it started")


def short_naps(evidence: ClusterEvidence) -> Iterator[Violation]:
    """A `sleep` attempt lasts as long as requested. A shorter one was ended with the result of another attempt."""
    for attempt in evidence.attempts:
        requested = evidence.naps.get(attempt.job)
        if requested is None or attempt.outcome != SUCCEEDED:
            continue
        slept = attempt.finished_at - attempt.started_at
        if slept < requested - CLOCK_SECONDS:
            yield Violation("stale", f"attempt {attempt.number} of job {attempt.job} slept {slept:.2f} s of {requested} s")


def takeover_times(evidence: ClusterEvidence) -> list[float]:
    """Returns for each lost attempt the seconds between the loss of its worker and its end."""
    times = []
    for attempt in evidence.attempts:
        causes = [at for at in evidence.workers_lost if attempt.started_at <= at <= attempt.finished_at]
        if attempt.outcome == LOST and causes:
            times.append(attempt.finished_at - min(causes))
    return sorted(times)


def takeovers(evidence: ClusterEvidence) -> Iterator[Violation]:
    """The jobs of a lost worker are taken over within the lease and the check interval."""
    late = [seconds for seconds in takeover_times(evidence) if seconds > TAKEOVER_SECONDS]
    if late:
        yield Violation("takeover", f"{len(late)} attempts were taken over late, the last after {late[-1]:.1f} s")


def burned_attempts(evidence: ClusterEvidence) -> Iterator[Violation]:
    """No attempt is lost unless a worker was lost."""
    for attempt in evidence.attempts:
        if attempt.outcome == LOST and not evidence.may_lose_attempts:
            yield Violation("burned", f"attempt {attempt.number} of job {attempt.job} was lost, and its worker was not")


def unpublished(evidence: ClusterEvidence) -> Iterator[Violation]:
    """After the drain every commit is published."""
    if evidence.outbox:
        yield Violation("outbox", f"{len(evidence.outbox)} commits stay unpublished, such as {evidence.outbox[:5]}")


def log_order(evidence: ClusterEvidence) -> Iterator[Violation]:
    """Positions in the event log have no gaps, and each event has one."""
    for defect in evidence.log_defects:
        yield Violation("log", defect)


def broken_queues(evidence: ClusterEvidence) -> Iterator[Violation]:
    """After the drain queues are empty, and the dead-letter queue contains only expected messages."""
    for name, queue in evidence.queues.items():
        expected = evidence.dead_letters if name == DEAD_LETTERS else 0
        if queue["messages"] != expected:
            yield Violation("queues", f"{name} contains {queue['messages']} messages instead of {expected}")
    if DEAD_LETTERS not in evidence.queues:
        yield Violation("queues", f"the queue {DEAD_LETTERS} is missing")


def earlier_jobs_unchanged(evidence: ClusterEvidence) -> Iterator[Violation]:
    """Jobs that had ended before the fault are unchanged."""
    if evidence.earlier_jobs_before != evidence.earlier_jobs_after:
        yield Violation("earlier-jobs", "jobs that had ended before the fault have changed")


def endings(evidence: ClusterEvidence) -> Iterator[Violation]:
    """No role ends unexpectedly."""
    for end in evidence.ended:
        yield Violation("ended", f"the {end['role']} number {end['number']} ended unexpectedly: {end}")


def _call(result: dict | None) -> int | None:
    """Returns the number of the call in the sink's answer to an `http.request`."""
    return None if result is None else json.loads(result["body"])["call"]
