"""What the judge looks at: plain records, gathered from the ledger, the files and the API."""

import re
from collections import Counter
from dataclasses import dataclass, field

from ledger import Entry

UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True)
class Row:
    """A job as the store's file has it."""

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
    """A step of a job's history."""

    job: str
    version: int
    type: str
    previous: str | None
    status: str
    attempt: int | None = None
    id: str | None = None


@dataclass
class Views:
    """What the read model says in sums."""

    stats: dict
    statuses: dict[str, int]
    queues: dict[str, dict] = field(default_factory=dict)
    digest_before: str | None = None
    digest_after: str | None = None


@dataclass
class Evidence:
    """Everything, after the drain."""

    entries: list[Entry]
    rows: list[Row]
    status_counts: Counter  # of all jobs, also of those that are not among the rows
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
    outages: list[tuple[float, float]] = field(default_factory=list)  # when requests could be answered with 503


@dataclass(frozen=True)
class Violation:
    """A broken promise."""

    rule: str
    detail: str

    @property
    def jobs(self) -> list[str]:
        """The ids that it names."""
        return UUID.findall(self.detail)
