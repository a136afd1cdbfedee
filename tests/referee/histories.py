"""Checks of the history of each job, independent of its source."""

from typing import Iterator

from evidence import Event, Row, Violation
from legal import is_legal


def check_histories(source: str, rows: dict[str, Row], histories: dict[str, list[Event]]) -> Iterator[Violation]:
    """Checks versions, transitions and final statuses. The API history may contain only a sample of the jobs."""
    for job, events in histories.items():
        row = rows.get(job)
        if row is None:
            yield Violation("history", f"{source}: events of {job}, which does not exist")
            continue
        yield from _versions(source, row, events)
        yield from _moves(source, row, events)
    if source != "API history":
        for job in rows.keys() - histories.keys():
            yield Violation("history", f"{source}: job {job} has no event")


def _versions(source: str, row: Row, events: list[Event]) -> Iterator[Violation]:
    versions = [event.version for event in events]
    if versions != list(range(1, row.version + 1)):
        yield Violation("versions", f"{source}: job {row.id} is at version {row.version}, its events are {versions}")


def _moves(source: str, row: Row, events: list[Event]) -> Iterator[Violation]:
    status = None
    for event in events:
        if event.previous != status or not is_legal(status, event.type, event.status):
            yield Violation(
                "moves", f"{source}: job {row.id} went from {status} by {event.type} ({event.previous} to {event.status})"
            )
        status = event.status
    if status != row.status:
        yield Violation("moves", f"{source}: job {row.id} is {row.status}, its events lead to {status}")
