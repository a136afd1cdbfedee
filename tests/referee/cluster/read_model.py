"""Reads the read model after the drain. If it is unavailable, that is a violation, and the other rules use the store."""

import time
from collections import Counter
from dataclasses import dataclass

from evidence import Event, Row, Views, Violation
from gather import Reader
from checker import expected_stats
from wire import NoAnswer, NotSent

HISTORIES = 40
LOGS = 40
POLL_SECONDS = 0.2
UNREADABLE = (RuntimeError, NoAnswer, NotSent)


@dataclass
class Answers:
    """The answers of the API about the jobs of a round."""

    listed_jobs: dict[str, dict]
    listed_events: list[Event]
    histories: dict[str, list[Event]]
    views: Views
    logs: dict[str, list[str]]
    findings: list[Violation]


def read(reader: Reader, rows: list[Row], events: dict[str, list[Event]], counts: Counter, seed: int) -> Answers:
    """Reads the answers of the API, or derives them from the store if the API is unavailable."""
    try:
        listed = reader.jobs()
        completed = [row.id for row in rows if row.type == "process.run" and row.status == "COMPLETED" and row.id in listed]
        return Answers(listed, reader.events(), reader.histories(sorted(listed), seed, HISTORIES), reader.views(),
                       reader.logs(completed[-LOGS:]), [])
    except UNREADABLE as error:
        listed = {row.id: {"status": row.status, "version": row.version, "run": row.run} for row in rows}
        newest_first = [event for history in events.values() for event in reversed(history)]
        return Answers(listed, newest_first, {}, Views(expected_stats(counts), dict(counts)), {},
                       [Violation("api", f"the read model cannot be read: {error}")])


def await_views(reader: Reader, counts: Counter, seconds: float) -> float:
    """Waits at most `seconds` until the counts of the views equal those of the store, and returns the time that it took."""
    started = time.monotonic()
    while time.monotonic() < started + seconds:
        try:
            statuses = reader.views().statuses
        except UNREADABLE:
            statuses = {}
        if {name: count for name, count in statuses.items() if count} == dict(counts):
            break
        time.sleep(POLL_SECONDS)
    return time.monotonic() - started
