"""Rules that compare answers with requests and with their effects."""

from collections import defaultdict
from typing import Iterator

from evidence import Evidence, Row, Violation
from history import ACCEPTED, COMMAND, INVALID, UNKNOWN, Entry

CONFLICT = 409
OVERLOAD = 429
UNAVAILABLE = 503


def answers(evidence: Evidence) -> Iterator[Violation]:
    """Valid requests are accepted and invalid ones refused, except for overload and for 503 during an outage."""
    for entry in evidence.entries:
        if entry.status == UNAVAILABLE and _is_within(entry, evidence.outages):
            continue
        if entry.status is not None and not _fits(entry.expected, entry.status):
            yield Violation("answers", f"request {entry.number} is {entry.expected} and got {entry.status}")


def commands(evidence: Evidence) -> Iterator[Violation]:
    """A job that was answered as cancelled stays cancelled until a later retry, and each accepted retry starts a run."""
    rows = {row.id: row for row in evidence.rows}
    sent: dict[str, list[Entry]] = defaultdict(list)
    for entry in evidence.entries:
        if entry.expected == COMMAND and entry.outcome in (ACCEPTED, UNKNOWN):
            sent[_job(entry)].append(entry)
    for job, entries in sent.items():
        if job in rows:
            yield from _has_effect(rows[job], entries)


def logs(evidence: Evidence) -> Iterator[Violation]:
    """The log of a completed program contains its output."""
    rows = {row.id: row for row in evidence.rows}
    for job, lines in evidence.logs.items():
        if job in rows and lines != [rows[job].ref]:
            yield Violation("logs", f"job {job} printed {rows[job].ref}, its log contains {lines}")


def _is_within(entry: Entry, outages: list[tuple[float, float]]) -> bool:
    end = entry.sent_at if entry.concluded_at is None else entry.concluded_at
    return any(entry.sent_at <= until and end >= since for since, until in outages)


def _fits(expected: str, status: int) -> bool:
    if expected == INVALID:
        return 400 <= status < 500
    return 200 <= status < 300 or status == OVERLOAD or (expected == COMMAND and status == CONFLICT)


def _has_effect(row: Row, entries: list[Entry]) -> Iterator[Violation]:
    """Checks the commands to one job, which come from one submitter in sequence."""
    retries = [entry for entry in entries if entry.path.endswith("/retry")]
    for entry in entries:
        is_retried = any(retry.number > entry.number for retry in retries)
        if entry.job_status == "CANCELLED" and row.status != "CANCELLED" and not is_retried:
            yield Violation("commands", f"request {entry.number} cancelled job {row.id}, which is {row.status}")
    answered = sum(entry.outcome == ACCEPTED for entry in retries)
    if not answered <= row.run - 1 <= len(retries):
        yield Violation("commands", f"job {row.id} is in run {row.run} after {answered} accepted retries")


def _job(entry: Entry) -> str:
    return entry.path.split("/")[2]
