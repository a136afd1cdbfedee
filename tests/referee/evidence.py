"""The input of the checker: plain records from the request history, the data files and the API."""

import re
from collections import Counter
from dataclasses import dataclass, field

from history import Entry

UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True)
class Row:
    """A job in the store."""

    id: str
    ref: str | None
    key: str | None
    type: str
    queue: str
    status: str
    version: int
    attempt: int
    run: int


@dataclass(frozen=True)
class Event:
    """An event of a job."""

    job: str
    version: int
    type: str
    previous: str | None
    status: str
    attempt: int | None = None
    id: str | None = None


@dataclass
class Views:
    """The totals of the read model."""

    stats: dict
    statuses: dict[str, int]
    queues: dict[str, dict] = field(default_factory=dict)
    digest_before: str | None = None
    digest_after: str | None = None


@dataclass
class Evidence:
    """All observations, made after the drain."""

    entries: list[Entry]
    rows: list[Row]
    status_counts: Counter  # of all jobs, including those that are not in `rows`
    stored_events: dict[str, list[Event]]
    listed_jobs: dict[str, dict]
    listed_events: list[Event]
    histories: dict[str, list[Event]]
    streamed_events: list[Event]
    views: Views
    logs: dict[str, list[str]]
    finished_attempts: dict[str, int]
    lost_attempts: int
    left_over: list[str]
    calls: Counter
    tokens: dict[str, set[str]]
    integrity: list[str]
    panics: list[str]
    exit_code: int
    outages: list[tuple[float, float]] = field(default_factory=list)  # intervals in which requests may be answered with 503


@dataclass(frozen=True)
class Violation:
    """A violated guarantee."""

    rule: str
    detail: str

    @property
    def jobs(self) -> list[str]:
        """The job ids in the detail."""
        return UUID.findall(self.detail)
