"""The promises that only a cluster makes, one function each: from evidence to violations."""

import json
from typing import Iterator

from answers import answers, commands, logs
from cluster.evidence import ClusterEvidence
from cluster.postgres import LOST, SUCCEEDED
from evidence import Violation
from judge import (
    attempts, conflicts, duplicate, effects, finished_once, histories, listed, lost, machine, partial_batch, phantom,
    places, published, rebuilt_views, repeated_answers, unfinished, view_sums,
)

LEASE_SECONDS = 10
SWEEP_SECONDS = 5
# For a machine with other things to do.
SLACK_SECONDS = 1
TAKEOVER_SECONDS = LEASE_SECONDS + SWEEP_SECONDS + SLACK_SECONDS
# Clocks of two processes on one machine, and rounding.
CLOCK_SECONDS = 0.01

DEAD_LETTERS = "observatory.dead-letters"


def judge_cluster(evidence: ClusterEvidence) -> list[Violation]:
    """Every broken promise."""
    rules = (lost, unfinished, phantom, duplicate, answers, repeated_answers, conflicts, commands, partial_batch,
             histories, finished_once, published, listed, attempts, places, view_sums, rebuilt_views, effects, logs, machine,
             stale_results, short_naps, takeovers, burned_attempts, unpublished, log_order, broken_queues, settled,
             endings)
    found = [violation for rule in rules for violation in rule(evidence)]
    return found + evidence.findings


def stale_results(evidence: ClusterEvidence) -> Iterator[Violation]:
    """The result of an attempt comes from a call that was made during that attempt, not from an earlier attempt's."""
    refs = {row.id: row.ref for row in evidence.rows if row.type == "http.request"}
    for attempt in evidence.attempts:
        call = _call(attempt.result) if attempt.job in refs and attempt.outcome == SUCCEEDED else None
        if call is None:
            continue
        arrived = evidence.arrivals[refs[attempt.job]][call - 1]
        if arrived < attempt.started_at - CLOCK_SECONDS:
            early = attempt.started_at - arrived
            yield Violation("stale", f"attempt {attempt.number} of job {attempt.job} has the result of a call that was"
                                     f" made {early:.2f} s before it began")


def short_naps(evidence: ClusterEvidence) -> Iterator[Violation]:
    """Whoever had to sleep for a while ended no sooner: else another attempt's end was taken for this one's."""
    for attempt in evidence.attempts:
        wanted = evidence.naps.get(attempt.job)
        if wanted is None or attempt.outcome != SUCCEEDED:
            continue
        slept = attempt.finished_at - attempt.started_at
        if slept < wanted - CLOCK_SECONDS:
            yield Violation("stale", f"attempt {attempt.number} of job {attempt.job} slept {slept:.2f} s of {wanted} s")


def takeover_times(evidence: ClusterEvidence) -> list[float]:
    """How long after its worker was lost each lost attempt was given up, in seconds."""
    times = []
    for attempt in evidence.attempts:
        causes = [at for at in evidence.workers_lost if attempt.started_at <= at <= attempt.finished_at]
        if attempt.outcome == LOST and causes:
            times.append(attempt.finished_at - min(causes))
    return sorted(times)


def takeovers(evidence: ClusterEvidence) -> Iterator[Violation]:
    """The jobs of a lost worker are taken over within lease and sweep."""
    late = [seconds for seconds in takeover_times(evidence) if seconds > TAKEOVER_SECONDS]
    if late:
        yield Violation("takeover", f"{len(late)} attempts were taken over late, the last after {late[-1]:.1f} s")


def burned_attempts(evidence: ClusterEvidence) -> Iterator[Violation]:
    """No attempt is lost where no worker was."""
    for attempt in evidence.attempts:
        if attempt.outcome == LOST and not evidence.may_lose_attempts:
            yield Violation("burned", f"attempt {attempt.number} of job {attempt.job} was lost, and its worker was not")


def unpublished(evidence: ClusterEvidence) -> Iterator[Violation]:
    """After the drain nothing is left to be published."""
    if evidence.outbox:
        yield Violation("outbox", f"{len(evidence.outbox)} commits stay unpublished, such as {evidence.outbox[:5]}")


def log_order(evidence: ClusterEvidence) -> Iterator[Violation]:
    """The places in the log are gapless, and each event has one."""
    for defect in evidence.log_defects:
        yield Violation("log", defect)


def broken_queues(evidence: ClusterEvidence) -> Iterator[Violation]:
    """Queues end empty, and only what has a reason to be there is among the dead letters."""
    for name, queue in evidence.queues.items():
        wanted = evidence.dead_letters if name == DEAD_LETTERS else 0
        if queue["messages"] != wanted:
            yield Violation("queues", f"{name} holds {queue['messages']} messages, where {wanted} belong")
    if DEAD_LETTERS not in evidence.queues:
        yield Violation("queues", f"there is no {DEAD_LETTERS}")


def settled(evidence: ClusterEvidence) -> Iterator[Violation]:
    """Jobs that were over before the fault are as they were."""
    if evidence.settled_before != evidence.settled_after:
        yield Violation("settled", "jobs that were over have changed")


def endings(evidence: ClusterEvidence) -> Iterator[Violation]:
    """No role ends unasked."""
    for end in evidence.ended:
        yield Violation("ended", f"the {end['role']} number {end['number']} ended by itself: {end}")


def _call(result: dict | None) -> int | None:
    """Which call of its reference an `http.request` was, by what the sink answered."""
    return None if result is None else json.loads(result["body"])["call"]
