"""The checker: pure functions from evidence to violations, one per guarantee."""

import uuid
from collections import Counter, defaultdict
from typing import Iterator

from answers import OVERLOAD, answers, commands, logs
from evidence import Event, Evidence, Violation
from histories import check_histories
from history import ACCEPTED, REFUSED, UNKNOWN, UNSENT, Entry
from legal import TERMINAL, TERMINAL_EVENTS


def check(evidence: Evidence) -> list[Violation]:
    """Returns every violation."""
    rules = (lost, unfinished, phantom, duplicate, answers, repeated_answers, conflicts, commands, partial_batch,
             histories, finished_once, published, listed, attempts, places, view_sums, rebuilt_views, effects, logs, machine)
    return [violation for rule in rules for violation in rule(evidence)]


def lost(evidence: Evidence) -> Iterator[Violation]:
    """Every accepted job is in the store."""
    stored = {row.id for row in evidence.rows}
    for entry in evidence.entries:
        for job in entry.ids:
            if entry.outcome == ACCEPTED and job not in stored:
                yield Violation("lost", f"job {job} was accepted by request {entry.number} and is missing")


def unfinished(evidence: Evidence) -> Iterator[Violation]:
    """After the drain every job has a terminal status."""
    for row in evidence.rows:
        if row.status not in TERMINAL:
            yield Violation("unfinished", f"job {row.id} ({row.type}) stays {row.status}")


def phantom(evidence: Evidence) -> Iterator[Violation]:
    """Requests that were refused or not sent created no job, and every job was requested."""
    possible: set[str] = set()
    for entry in evidence.entries:
        if entry.outcome in (ACCEPTED, UNKNOWN):
            possible.update(entry.refs)
    answered = {ref: entry for entry in evidence.entries if entry.outcome in (REFUSED, UNSENT) for ref in entry.refs}
    for row in evidence.rows:
        if row.ref not in possible:
            cause = answered.get(row.ref)
            why = "no request created it" if cause is None else f"request {cause.number} was {cause.outcome}"
            yield Violation("phantom", f"job {row.id} exists, but {why}")


def duplicate(evidence: Evidence) -> Iterator[Violation]:
    """There is at most one job per idempotency key and per submission."""
    keys = Counter(row.key for row in evidence.rows if row.key is not None)
    refs = Counter(row.ref for row in evidence.rows if row.ref is not None)
    for name, counts in (("idempotency key", keys), ("submission", refs)):
        for value, count in counts.items():
            if count > 1:
                yield Violation("duplicate", f"{count} jobs have the {name} {value}")


def repeated_answers(evidence: Evidence) -> Iterator[Violation]:
    """A repeated request returns the result of the first one."""
    first: dict[int, Entry] = {entry.number: entry for entry in evidence.entries}
    for entry in evidence.entries:
        original = first.get(entry.repeats) if entry.repeats is not None else None
        if original is None or entry.outcome != ACCEPTED:
            continue
        if original.outcome == ACCEPTED and original.ids != entry.ids:
            yield Violation("repeat", f"request {entry.number} repeats {original.number} and named other jobs")
    used = {entry.key: entry.body for entry in evidence.entries if entry.key and entry.outcome == ACCEPTED}
    for entry in evidence.entries:
        may_repeat = entry.key not in used or used[entry.key] == entry.body
        if entry.repeats is not None and entry.outcome == REFUSED and entry.status != OVERLOAD and may_repeat:
            yield Violation("repeat", f"request {entry.number} repeats {entry.repeats} and got {entry.status}")


def conflicts(evidence: Evidence) -> Iterator[Violation]:
    """An idempotency key that was used with one body is not accepted with another."""
    first: dict[str, Entry] = {}
    for entry in evidence.entries:
        if entry.key is None or entry.outcome != ACCEPTED:
            continue
        original = first.setdefault(entry.key, entry)
        if original.body != entry.body:
            yield Violation("conflict", f"requests {original.number} and {entry.number} share a key, not a body")


def partial_batch(evidence: Evidence) -> Iterator[Violation]:
    """A batch is stored completely or not at all."""
    stored = {row.ref for row in evidence.rows}
    for entry in evidence.entries:
        present = sum(ref in stored for ref in entry.refs)
        if "jobs" in entry.body and 0 < present < len(entry.refs):
            yield Violation("partial", f"{present} of the {len(entry.refs)} jobs of request {entry.number} exist")


def histories(evidence: Evidence) -> Iterator[Violation]:
    """Versions have no gaps, transitions are legal, and the last event has the job's status, in the file and the API."""
    sources = (("file", evidence.stored_events), ("API list", _by_job(evidence.listed_events)),
               ("API history", evidence.histories))
    rows = {row.id: row for row in evidence.rows}
    for source, events in sources:
        yield from check_histories(source, rows, events)


def finished_once(evidence: Evidence) -> Iterator[Violation]:
    """Each run of a job ends in exactly one terminal event."""
    for row in evidence.rows:
        events = evidence.stored_events.get(row.id, [])
        endings = [event.type for event in events if event.type in TERMINAL_EVENTS]
        if row.status in TERMINAL and len(endings) != row.run:
            yield Violation("finished", f"job {row.id} has {len(endings)} endings in {row.run} runs: {endings}")


def published(evidence: Evidence) -> Iterator[Violation]:
    """The live stream, resumed after every crash, delivered each event once, in order per job, with the derived id."""
    stored = {(event.job, event.version) for events in evidence.stored_events.values() for event in events}
    received = Counter((event.job, event.version) for event in evidence.streamed_events)
    for job, version in sorted(stored - received.keys()):
        yield Violation("stream", f"event {version} of job {job} was not delivered")
    for job, version in sorted(received.keys() - stored):
        yield Violation("stream", f"event {version} of job {job} was delivered and is in no history")
    last: dict[str, int] = defaultdict(int)
    for event in evidence.streamed_events:
        if event.version != last[event.job] + 1:
            yield Violation("stream", f"job {event.job}: event {event.version} came after {last[event.job]}")
        last[event.job] = event.version
        expected = str(uuid.uuid5(uuid.UUID(event.job), str(event.version)))
        if event.id != expected:
            yield Violation("stream", f"job {event.job}: event {event.version} has the id {event.id}")


def listed(evidence: Evidence) -> Iterator[Violation]:
    """The API lists the jobs of the file with the correct status, version and run."""
    for row in evidence.rows:
        job = evidence.listed_jobs.get(row.id)
        if job is None:
            yield Violation("listed", f"the API does not list job {row.id}")
        elif (job["status"], job["version"], job["run"]) != (row.status, row.version, row.run):
            yield Violation("listed", f"the API shows job {row.id} as {job['status']} {job['version']}")
    for job in evidence.listed_jobs.keys() - {row.id for row in evidence.rows}:
        yield Violation("listed", f"the API lists job {job}, which is not in the file")


def attempts(evidence: Evidence) -> Iterator[Violation]:
    """Attempts are numbered by their starts, and each one has ended."""
    for row in evidence.rows:
        starts = _started(evidence.stored_events.get(row.id, []))
        if starts != list(range(1, len(starts) + 1)):
            yield Violation("attempts", f"job {row.id} started the attempts {starts}")
        if row.attempt != len(starts):
            yield Violation("attempts", f"job {row.id} counts {row.attempt} attempts and started {len(starts)}")
        ended = evidence.finished_attempts.get(row.id, 0)
        if row.status in TERMINAL and ended != len(starts):
            yield Violation("attempts", f"job {row.id} started {len(starts)} attempts, {ended} have ended")


def places(evidence: Evidence) -> Iterator[Violation]:
    """After the drain no job is ready, delayed or claimed, and no unique key is held."""
    for line in evidence.left_over:
        yield Violation("places", line)


def view_sums(evidence: Evidence) -> Iterator[Violation]:
    """The totals of the read model equal a recount of the store."""
    counts = evidence.status_counts
    for name, value in expected_stats(counts).items():
        if evidence.views.stats.get(name) != value:
            yield Violation("views", f"/stats has {name} = {evidence.views.stats.get(name)}, the file {value}")
    for status in counts.keys() | evidence.views.statuses.keys():
        if evidence.views.statuses.get(status, 0) != counts[status]:
            shown = evidence.views.statuses.get(status, 0)
            yield Violation("views", f"/overview counts {shown} {status}, the file {counts[status]}")


def expected_stats(counts: Counter) -> dict[str, int]:
    """Returns the figures of `/stats` for these numbers of jobs in each status."""
    return {
        "totalJobs": counts.total(),
        "pendingJobs": sum(counts[name] for name in ("SCHEDULED", "PENDING", "VALIDATED", "RETRYING")),
        "executingJobs": counts["EXECUTING"],
        "completedJobs": counts["COMPLETED"],
        "failedJobs": counts["FAILED"],
        "cancelledJobs": counts["CANCELLED"],
    }


def rebuilt_views(evidence: Evidence) -> Iterator[Violation]:
    """A rebuild does not change the views."""
    if evidence.views.digest_before is None or evidence.views.digest_before != evidence.views.digest_after:
        yield Violation(
            "views", f"rebuilding changed the digest {evidence.views.digest_before} to {evidence.views.digest_after}"
        )


def effects(evidence: Evidence) -> Iterator[Violation]:
    """A completed job has made its call, at most once per attempt, and with one token per run."""
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
    """The file passes the integrity check, no thread panicked, and the last shutdown was clean."""
    for line in evidence.integrity:
        yield Violation("integrity", line)
    for line in evidence.panics:
        yield Violation("panic", line)
    if evidence.exit_code != 0:
        yield Violation("exit", f"SIGTERM ended the process with {evidence.exit_code}")


def _started(events: list[Event]) -> list[int | None]:
    return [event.attempt for event in events if event.type == "job.started"]


def _by_job(events: list[Event]) -> dict[str, list[Event]]:
    """Groups events by job, and reverses their order to oldest first."""
    found: dict[str, list[Event]] = defaultdict(list)
    for event in reversed(events):
        found[event.job].append(event)
    return dict(found)
