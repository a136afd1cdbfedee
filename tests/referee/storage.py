"""Reads the SQLite file of the store without the API."""

import json
import sqlite3
import uuid
from collections import defaultdict
from pathlib import Path

from evidence import Event, Row
from legal import STATUSES

# The codes in the file are positions in this tuple.
EVENT_TYPES = (
    "job.created", "job.due", "job.validated", "job.started", "job.progressed", "job.retrying", "job.requeued",
    "job.completed", "job.failed", "job.cancelled",
)
STATUS_AFTER = {
    "job.due": "PENDING", "job.validated": "VALIDATED", "job.started": "EXECUTING", "job.progressed": "EXECUTING",
    "job.retrying": "RETRYING", "job.requeued": "PENDING", "job.completed": "COMPLETED", "job.failed": "FAILED",
    "job.cancelled": "CANCELLED",
}
# The code of the first status in columns. In events it is 0.
FIRST_STATUS = 2
COMPLETED = FIRST_STATUS + STATUSES.index("COMPLETED")
LOST = 6
UNSUCCESSFUL = (FIRST_STATUS + STATUSES.index("FAILED"), FIRST_STATUS + STATUSES.index("CANCELLED"))


def find_store(data_dir: Path) -> Path:
    """Returns the file of the data directory that contains the jobs."""
    for path in sorted(data_dir.rglob("*")):
        if path.is_file() and path.open("rb").read(16) == b"SQLite format 3\0":
            with _open(path) as connection:
                found = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'event_segments'").fetchone()
            if found:
                return path
    raise FileNotFoundError(f"no SQLite file with jobs in {data_dir}")


class Storage:
    """A read-only view of the store's file. The process must be stopped."""

    def __init__(self, path: Path) -> None:
        self._connection = _open(path)

    def integrity(self) -> list[str]:
        """Returns the errors of SQLite's integrity check."""
        lines = [line for (line,) in self._connection.execute("PRAGMA integrity_check")]
        return [] if lines == ["ok"] else lines

    def rows(self) -> list[Row]:
        query = "SELECT id, options, type, queue, status, version, attempt, run FROM jobs ORDER BY job"
        rows = []
        for id, options, type, queue, status, version, attempt, run in self._connection.execute(query):
            options = json.loads(options or "{}")
            ref, key = options.get("metadata", {}).get("ref"), options.get("idempotency_key")
            job, status = str(uuid.UUID(bytes=id)), STATUSES[status - FIRST_STATUS]
            rows.append(Row(job, ref, key, type, queue, status, version, attempt, run))
        return rows

    def events(self) -> dict[str, list[Event]]:
        """Returns the events of each job in the order of the log."""
        query = """SELECT id, e.version, kind, previous, e.attempt, detail, e.job
                   FROM job_events e LEFT JOIN jobs USING (job) WHERE kind < 10 ORDER BY e.seq"""
        events: dict[str, list[Event]] = defaultdict(list)
        for id, version, kind, previous, attempt, detail, number in self._connection.execute(query):
            type = EVENT_TYPES[kind]
            job = f"row {number} without a job" if id is None else str(uuid.UUID(bytes=id))
            before = None if previous is None else STATUSES[previous]
            after = STATUS_AFTER.get(type) or first_status(None if detail is None else json.loads(detail))
            events[job].append(Event(job, version, type, before, after, attempt))
        return dict(events)

    def left_over(self) -> list[str]:
        """Returns the remaining rows of ready, delayed and claimed jobs, and errors in the index of unsuccessful jobs."""
        found = []
        waiting = (("ready", "first || '..' || last"), ("delayed", "job"), ("claims", "jobs"), ("unique_keys", "job"))
        for table, jobs in waiting:
            rows = self._connection.execute(f"SELECT {jobs} FROM {table}")
            found += [f"{table} contains {jobs}" for (jobs,) in rows]
        expected = f"SELECT status, job FROM jobs WHERE status IN {UNSUCCESSFUL}"
        actual = "SELECT status, job FROM unsuccessful"
        for name, query in (("lacks", f"{expected} EXCEPT {actual}"), ("has", f"{actual} EXCEPT {expected}")):
            found += [f"unsuccessful {name} job {job}" for _, job in self._connection.execute(query)]
        return found

    def finished_attempts(self) -> dict[str, int]:
        """Returns the number of ended attempts of each job. A first attempt that completed its job has no row."""
        without_row = f"jobs.status = {COMPLETED} AND jobs.attempt = 1 AND jobs.state ->> '$.progress' IS NULL"
        query = f"""SELECT id, COUNT(a.job) + ({without_row} AND COUNT(a.job) = 0)
                    FROM jobs LEFT JOIN job_attempts a USING (job) GROUP BY job"""
        return {str(uuid.UUID(bytes=id)): count for id, count in self._connection.execute(query)}

    def lost_attempts(self) -> int:
        """Returns the number of attempts whose worker was lost."""
        return self._connection.execute(f"SELECT COUNT(*) FROM job_attempts WHERE outcome = {LOST}").fetchone()[0]

    def close(self) -> None:
        self._connection.close()


def first_status(detail: dict | None) -> str:
    """Returns the status after the first event of a job."""
    delayed = detail is not None and "run_at" in detail
    return "SCHEDULED" if delayed else "PENDING"


def _open(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{path}?mode=ro", uri=True)
