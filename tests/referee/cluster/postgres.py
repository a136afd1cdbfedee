"""Reads the PostgreSQL database of the store without the API. It is the authoritative state."""

import json
import subprocess
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import Iterator

from evidence import Event, Row
from storage import STATUS_AFTER, first_status

QUERY_SECONDS = 60
LOST, SUCCEEDED = "LOST", "SUCCEEDED"


@dataclass(frozen=True)
class Attempt:
    """An ended attempt. Times are seconds since the epoch."""

    job: str
    number: int
    outcome: str
    worker: str
    started_at: float
    finished_at: float
    result: dict | None


class QueryFailed(Exception):
    """PostgreSQL returned an error or was unreachable."""


class Postgres:
    """Runs queries with `psql`, each in its own session."""

    def __init__(self, url: str) -> None:
        self.url = url

    def execute(self, sql: str, seconds: float = QUERY_SECONDS) -> str:
        """Returns the output of `psql`, without headers."""
        done = subprocess.run(
            ["psql", self.url, "-X", "-A", "-t", "-q", "-v", "ON_ERROR_STOP=1"], input=sql, capture_output=True,
            text=True, timeout=seconds, check=False,
        )
        if done.returncode != 0:
            raise QueryFailed(done.stderr.strip())
        return done.stdout

    def objects(self, sql: str) -> Iterator[dict]:
        """Returns the rows of a query."""
        # JSON instead of separated columns, because values may contain any character.
        for line in self.execute(f"SELECT row_to_json(r)::text FROM ({sql}) r").splitlines():
            yield json.loads(line)

    def value(self, sql: str):
        """Returns the only value of the only row, decoded from JSON."""
        return json.loads(self.execute(f"SELECT coalesce(to_json(({sql}))::text, 'null')"))


class PostgresStorage:
    """Reads the jobs that were accepted after a certain one, with their events and attempts."""

    def __init__(self, postgres: Postgres, after: int) -> None:
        self._postgres = postgres
        self._after = after

    def rows(self) -> list[Row]:
        query = f"""SELECT id, options -> 'metadata' ->> 'ref' AS ref, idempotency_key AS key, job_type AS type, queue,
                           status, version, attempt, run
                    FROM jobs WHERE job > {self._after} ORDER BY job"""
        return [Row(**row) for row in self._postgres.objects(query)]

    def events(self) -> dict[str, list[Event]]:
        """Returns the events of each job in the order of the log."""
        query = f"""SELECT e.job_id AS job, e.version, e.event_type AS type, e.previous_status AS previous, e.attempt,
                           e.detail
                    FROM job_events e JOIN event_commits c USING (commit_id) LEFT JOIN jobs j ON j.id = e.job_id
                    WHERE j.job > {self._after} OR j.job IS NULL ORDER BY c.last_position, e.ordinal"""
        events: dict[str, list[Event]] = defaultdict(list)
        for row in self._postgres.objects(query):
            detail = row.pop("detail")
            status = STATUS_AFTER.get(row["type"]) or first_status(detail)
            events[row["job"]].append(Event(**row, status=status))
        return dict(events)

    def attempts(self) -> list[Attempt]:
        query = f"""SELECT j.id AS job, a.attempt AS number, a.outcome, a.worker_id AS worker,
                           extract(epoch FROM a.started_at) AS started_at,
                           extract(epoch FROM a.finished_at) AS finished_at, a.result::json AS result
                    FROM job_attempts a JOIN jobs j USING (job) WHERE j.job > {self._after}"""
        return [Attempt(**row) for row in self._postgres.objects(query)]

    def payloads(self, type: str) -> dict[str, dict]:
        """Returns the payloads of the jobs of a type."""
        query = f"SELECT id, payload::json AS payload FROM jobs WHERE job_type = '{type}' AND job > {self._after}"
        return {row["id"]: row["payload"] for row in self._postgres.objects(query)}

    def left_over(self) -> list[str]:
        """Returns jobs whose status contradicts the dead-letter flag, the running jobs or the ready jobs."""
        query = f"""SELECT id, status, parked AS dead_lettered FROM jobs WHERE job > {self._after}
                    AND (parked <> (status = 'FAILED')
                   OR (status = 'EXECUTING') <> EXISTS (SELECT FROM running_jobs r WHERE r.job = jobs.job)
                   OR (status = 'PENDING') <> EXISTS (SELECT FROM ready_jobs r WHERE r.job = jobs.job))"""
        return [f"job {row['id']} is {row['status']}, dead-lettered: {row['dead_lettered']}" for row in self._postgres.objects(query)]


def status_counts(postgres: Postgres) -> Counter:
    """Returns the number of jobs by status."""
    rows = postgres.objects("SELECT status, count(*) AS jobs FROM jobs GROUP BY status")
    return Counter({row["status"]: row["jobs"] for row in rows})


def moving_jobs(postgres: Postgres) -> int:
    """Returns the number of unfinished jobs."""
    return postgres.value("SELECT count(*) FROM jobs WHERE status NOT IN ('COMPLETED', 'FAILED', 'CANCELLED')")


def outbox(postgres: Postgres) -> list[int]:
    """Returns the positions of the commits that are not confirmed as published."""
    return [row["last_position"] for row in postgres.objects("SELECT last_position FROM outbox ORDER BY 1")]


def log_defects(postgres: Postgres) -> list[str]:
    """Returns gaps and overlaps of positions in the event log, and commits with a wrong number of events."""
    gaps = """SELECT last_position, event_count, lag(last_position, 1, 0::bigint) OVER (ORDER BY last_position) AS before
              FROM event_commits"""
    found = [
        f"commit {row['last_position']} of {row['event_count']} events follows {row['before']}"
        for row in postgres.objects(f"SELECT * FROM ({gaps}) c WHERE last_position - event_count <> before")
    ]
    counts = """SELECT c.commit_id, c.event_count, count(e.commit_id) AS events
                FROM event_commits c LEFT JOIN job_events e USING (commit_id) WHERE c.pruned IS NULL
                GROUP BY c.commit_id, c.event_count HAVING count(e.commit_id) <> c.event_count"""
    found += [f"commit {row['commit_id']} counts {row['event_count']} events and has {row['events']}"
              for row in postgres.objects(counts)]
    orphans = "SELECT count(*) FROM job_events e WHERE NOT EXISTS (SELECT FROM event_commits c WHERE c.commit_id = e.commit_id)"
    if (count := postgres.value(orphans)) > 0:
        found.append(f"{count} events belong to no commit")
    return found


def digest_until(postgres: Postgres, job: int) -> str | None:
    """Returns a digest of all jobs up to one. They have ended, so it must not change."""
    return postgres.value(f"""SELECT md5(string_agg(concat_ws(' ', id, status, version, attempt, run), ',' ORDER BY job))
                              FROM jobs WHERE job <= {job}""")


def last_job(postgres: Postgres) -> int:
    return postgres.value("SELECT coalesce(max(job), 0) FROM jobs")


def ids(postgres: Postgres) -> set[str]:
    """Returns the ids of all jobs."""
    return set(postgres.execute("SELECT id FROM jobs").split())


def events(postgres: Postgres) -> int:
    return postgres.value("SELECT count(*) FROM job_events")
