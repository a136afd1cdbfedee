"""What the read model says after the drain. One that cannot be read is a broken promise, and the rest is judged without it."""

import time
from collections import Counter
from dataclasses import dataclass

from evidence import Event, Row, Views, Violation
from gather import Reader
from judge import expected_stats
from wire import NoAnswer, NotSent

HISTORIES = 40
LOGS = 40
POLL_SECONDS = 0.2
UNREADABLE = (RuntimeError, NoAnswer, NotSent)


@dataclass
class Answers:
    """Everything that the API shows of the jobs of a round."""

    listed_jobs: dict[str, dict]
    listed_events: list[Event]
    histories: dict[str, list[Event]]
    views: Views
    logs: dict[str, list[str]]
    findings: list[Violation]


def read(reader: Reader, rows: list[Row], events: dict[str, list[Event]], counts: Counter, seed: int) -> Answers:
    """As it is; as the store has it where it cannot be read."""
    try:
        listed = reader.jobs()
        spoken = [row.id for row in rows if row.type == "process.run" and row.status == "COMPLETED" and row.id in listed]
        return Answers(listed, reader.events(), reader.histories(sorted(listed), seed, HISTORIES), reader.views(),
                       reader.logs(spoken[-LOGS:]), [])
    except UNREADABLE as error:
        listed = {row.id: {"status": row.status, "version": row.version, "run": row.run} for row in rows}
        newest_first = [event for history in events.values() for event in reversed(history)]
        return Answers(listed, newest_first, {}, Views(expected_stats(counts), dict(counts)), {},
                       [Violation("api", f"the read model cannot be read: {error}")])


def await_views(reader: Reader, counts: Counter, seconds: float) -> float:
    """How long it takes until the views count what the store does; at most `seconds`."""
    begun = time.monotonic()
    while time.monotonic() < begun + seconds:
        try:
            statuses = reader.views().statuses
        except UNREADABLE:
            statuses = {}
        if {name: count for name, count in statuses.items() if count} == dict(counts):
            break
        time.sleep(POLL_SECONDS)
    return time.monotonic() - begun
