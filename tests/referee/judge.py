"""The verdict: pure functions from evidence to violations, one per promise."""

import uuid
from collections import Counter, defaultdict
from typing import Iterator

from answers import OVERLOAD, answers, commands, logs
from evidence import Event, Evidence, Violation
from histories import judge_histories
from ledger import ACCEPTED, REFUSED, UNKNOWN, UNSENT, Entry
from legal import TERMINAL, TERMINAL_EVENTS


def judge(evidence: Evidence) -> list[Violation]:
    """Every broken promise."""
    rules = (lost, unfinished, phantom, duplicate, answers, repeated_answers, conflicts, commands, partial_batch,
             histories, finished_once, published, listed, attempts, places, view_sums, rebuilt_views, effects, logs, machine)
    return [violation for rule in rules for violation in rule(evidence)]


def lost(evidence: Evidence) -> Iterator[Violation]:
    """An accepted job is in the store."""
    stored = {row.id for row in evidence.rows}
    for entry in evidence.entries:
        for job in entry.ids:
            if entry.outcome == ACCEPTED and job not in stored:
                yield Violation("lost", f"job {job} was accepted by request {entry.number} and is gone")


def unfinished(evidence: Evidence) -> Iterator[Violation]:
    """After the drain every job stands still in a terminal status."""
    for row in evidence.rows:
        if row.status not in TERMINAL:
            yield Violation("unfinished", f"job {row.id} ({row.type}) stays {row.status}")


def phantom(evidence: Evidence) -> Iterator[Violation]:
    """What was refused or never sent made no job, and nothing exists that was not asked for."""
    possible: set[str] = set()
    for entry in evidence.entries:
        if entry.outcome in (ACCEPTED, UNKNOWN):
            possible.update(entry.refs)
    answered = {ref: entry for entry in evidence.entries if entry.outcome in (REFUSED, UNSENT) for ref in entry.refs}
    for row in evidence.rows:
        if row.ref not in possible:
            cause = answered.get(row.ref)
            why = "nobody asked for it" if cause is None else f"request {cause.number} was {cause.outcome}"
            yield Violation("phantom", f"job {row.id} exists, but {why}")


def duplicate(evidence: Evidence) -> Iterator[Violation]:
    """At most one job per idempotency key and per submission."""
    keys = Counter(row.key for row in evidence.rows if row.key is not None)
    refs = Counter(row.ref for row in evidence.rows if row.ref is not None)
    for name, counts in (("idempotency key", keys), ("submission", refs)):
        for value, count in counts.items():
            if count > 1:
                yield Violation("duplicate", f"{count} jobs carry the {name} {value}")


def repeated_answers(evidence: Evidence) -> Iterator[Violation]:
    """A repeat is answered with the first result."""
    first: dict[int, Entry] = {entry.number: entry for entry in evidence.entries}
    for entry in evidence.entries:
        original = first.get(entry.repeats) if entry.repeats is not None else None
        if original is None or entry.outcome != ACCEPTED:
            continue
        if original.outcome == ACCEPTED and original.ids != entry.ids:
            yield Violation("repeat", f"request {entry.number} repeats {original.number} and named other jobs")
    taken = {entry.key: entry.body for entry in evidence.entries if entry.key and entry.outcome == ACCEPTED}
    for entry in evidence.entries:
        has_a_right = entry.key not in taken or taken[entry.key] == entry.body
        if entry.repeats is not None and entry.outcome == REFUSED and entry.status != OVERLOAD and has_a_right:
            yield Violation("repeat", f"request {entry.number} repeats {entry.repeats} and got {entry.status}")


def conflicts(evidence: Evidence) -> Iterator[Violation]:
    """A key that was used for one body is not accepted for another."""
    first: dict[str, Entry] = {}
    for entry in evidence.entries:
        if entry.key is None or entry.outcome != ACCEPTED:
            continue
        original = first.setdefault(entry.key, entry)
        if original.body != entry.body:
            yield Violation("conflict", f"requests {original.number} and {entry.number} share a key, not a body")


def partial_batch(evidence: Evidence) -> Iterator[Violation]:
    """A batch is stored whole or not at all."""
    stored = {row.ref for row in evidence.rows}
    for entry in evidence.entries:
        present = sum(ref in stored for ref in entry.refs)
        if "jobs" in entry.body and 0 < present < len(entry.refs):
            yield Violation("partial", f"{present} of the {len(entry.refs)} jobs of request {entry.number} exist")


def histories(evidence: Evidence) -> Iterator[Violation]:
    """Versions are gapless, moves are legal, the last event tells the status: in the file and through the API."""
    sources = (("file", evidence.stored_events), ("API list", _by_job(evidence.listed_events)),
               ("API history", evidence.histories))
    rows = {row.id: row for row in evidence.rows}
    for source, events in sources:
        yield from judge_histories(source, rows, events)


def finished_once(evidence: Evidence) -> Iterator[Violation]:
    """Each run of a job ends in exactly one terminal event."""
    for row in evidence.rows:
        events = evidence.stored_events.get(row.id, [])
        endings = [event.type for event in events if event.type in TERMINAL_EVENTS]
        if row.status in TERMINAL and len(endings) != row.run:
            yield Violation("finished", f"job {row.id} has {len(endings)} endings in {row.run} runs: {endings}")


def published(evidence: Evidence) -> Iterator[Violation]:
    """The live stream, resumed over every crash, delivered each event once, per job in order, with its own id."""
    stored = {(event.job, event.version) for events in evidence.stored_events.values() for event in events}
    received = Counter((event.job, event.version) for event in evidence.streamed_events)
    for job, version in sorted(stored - received.keys()):
        yield Violation("stream", f"event {version} of job {job} never arrived")
    for job, version in sorted(received.keys() - stored):
        yield Violation("stream", f"event {version} of job {job} arrived and is in no history")
    last: dict[str, int] = defaultdict(int)
    for event in evidence.streamed_events:
        if event.version != last[event.job] + 1:
            yield Violation("stream", f"job {event.job}: event {event.version} came after {last[event.job]}")
        last[event.job] = event.version
        expected = str(uuid.uuid5(uuid.UUID(event.job), str(event.version)))
        if event.id != expected:
            yield Violation("stream", f"job {event.job}: event {event.version} has the id {event.id}")


def listed(evidence: Evidence) -> Iterator[Violation]:
    """The API lists the jobs of the file, with their status and version."""
    for row in evidence.rows:
        job = evidence.listed_jobs.get(row.id)
        if job is None:
            yield Violation("listed", f"the API does not list job {row.id}")
        elif (job["status"], job["version"], job["run"]) != (row.status, row.version, row.run):
            yield Violation("listed", f"the API shows job {row.id} as {job['status']} {job['version']}")
    for job in evidence.listed_jobs.keys() - {row.id for row in evidence.rows}:
        yield Violation("listed", f"the API lists job {job}, which is in no file")


def attempts(evidence: Evidence) -> Iterator[Violation]:
    """Attempts count up with their starts, and each one is over."""
    for row in evidence.rows:
        starts = _started(evidence.stored_events.get(row.id, []))
        if starts != list(range(1, len(starts) + 1)):
            yield Violation("attempts", f"job {row.id} started the attempts {starts}")
        if row.attempt != len(starts):
            yield Violation("attempts", f"job {row.id} counts {row.attempt} attempts and started {len(starts)}")
        over = evidence.finished_attempts.get(row.id, 0)
        if row.status in TERMINAL and over != len(starts):
            yield Violation("attempts", f"job {row.id} started {len(starts)} attempts, {over} are over")


def places(evidence: Evidence) -> Iterator[Violation]:
    """After the drain nothing waits, runs or holds a unique key."""
    for line in evidence.left_over:
        yield Violation("places", line)


def view_sums(evidence: Evidence) -> Iterator[Violation]:
    """The sums of the read model equal a recount of the store."""
    counts = evidence.status_counts
    for name, value in expected_stats(counts).items():
        if evidence.views.stats.get(name) != value:
            yield Violation("views", f"/stats says {name} = {evidence.views.stats.get(name)}, the file {value}")
    for status in counts.keys() | evidence.views.statuses.keys():
        if evidence.views.statuses.get(status, 0) != counts[status]:
            said = evidence.views.statuses.get(status, 0)
            yield Violation("views", f"/overview counts {said} {status}, the file {counts[status]}")


def expected_stats(counts: Counter) -> dict[str, int]:
    """What `/stats` has to say of so many jobs in each status."""
    return {
        "totalJobs": counts.total(),
        "pendingJobs": sum(counts[name] for name in ("SCHEDULED", "PENDING", "VALIDATED", "RETRYING")),
        "executingJobs": counts["EXECUTING"],
        "completedJobs": counts["COMPLETED"],
        "failedJobs": counts["FAILED"],
        "cancelledJobs": counts["CANCELLED"],
    }


def rebuilt_views(evidence: Evidence) -> Iterator[Violation]:
    """A rebuild changes nothing."""
    if evidence.views.digest_before is None or evidence.views.digest_before != evidence.views.digest_after:
        yield Violation(
            "views", f"rebuilding changed the digest {evidence.views.digest_before} to {evidence.views.digest_after}"
        )


def effects(evidence: Evidence) -> Iterator[Violation]:
    """A completed call was made, and no more often than attempts began; each run used one token."""
    for row in evidence.rows:
        if row.type != "http.request":
            continue
        calls = evidence.calls[row.ref]
        if row.status == "COMPLETED" and calls == 0:
            yield Violation("effects", f"job {row.id} is COMPLETED and made no call")
        if calls > row.attempt:
            yield Violation("effects", f"job {row.id} made {calls} calls in {row.attempt} attempts")
        tokens = evidence.tokens.get(row.ref, set())
        if len(tokens) > row.run:
            yield Violation("effects", f"job {row.id} used {len(tokens)} tokens in {row.run} runs")


def machine(evidence: Evidence) -> Iterator[Violation]:
    """The file is sound, nothing panicked, and the last stop was clean."""
    for line in evidence.integrity:
        yield Violation("integrity", line)
    for line in evidence.panics:
        yield Violation("panic", line)
    if evidence.exit_code != 0:
        yield Violation("exit", f"SIGTERM ended the process with {evidence.exit_code}")


def _started(events: list[Event]) -> list[int | None]:
    return [event.attempt for event in events if event.type == "job.started"]


def _by_job(events: list[Event]) -> dict[str, list[Event]]:
    """Newest first becomes oldest first."""
    found: dict[str, list[Event]] = defaultdict(list)
    for event in reversed(events):
        found[event.job].append(event)
    return dict(found)
