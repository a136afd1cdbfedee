"""Reads jobs, events and views from the API, after the drain."""

import random
import urllib.parse
from itertools import takewhile
from typing import Iterator

from evidence import Event, Views
from wire import Connection

PAGE = 200
MAX_PAGES = 20_000


class Reader:
    """Reads the pages of the read model, newest first, until the first entry about a job in `older`."""

    def __init__(self, url: str, older: frozenset[str] = frozenset()) -> None:
        self._connection = Connection(url)
        self._older = older

    def jobs(self) -> dict[str, dict]:
        jobs = takewhile(lambda job: job["id"] not in self._older, self._pages("/jobs", "jobs"))
        return {job["id"]: job for job in jobs}

    def events(self) -> list[Event]:
        """Returns every event, newest first."""
        events = (to_event(envelope) for envelope in self._pages("/events", "events"))
        return list(takewhile(lambda event: event.job not in self._older, events))

    def histories(self, jobs: list[str], seed: int, sample: int) -> dict[str, list[Event]]:
        """Returns the histories of a random sample of jobs, oldest event first."""
        chosen = random.Random(seed).sample(jobs, min(sample, len(jobs)))
        return {job: self._history(job) for job in chosen}

    def logs(self, jobs: list[str]) -> dict[str, list[str]]:
        """Returns the log lines of the last attempt of each job."""
        attempts = {job: self._get(f"/jobs/{job}")["attempt"] for job in jobs}
        return {job: self._log(job, attempt) for job, attempt in attempts.items()}

    def views(self) -> Views:
        return Views(stats=self._get("/stats"), statuses=self._get("/overview")["statuses"])

    def _log(self, job: str, attempt: int) -> list[str]:
        """Returns the log of one attempt, oldest line first."""
        lines = list(self._pages(f"/jobs/{job}/attempts/{attempt}/log", "lines"))
        return [line["line"] for line in reversed(lines)]

    def _history(self, job: str) -> list[Event]:
        return [to_event(envelope) for envelope in self._pages(f"/jobs/{job}/events", "events")]

    def _pages(self, path: str, field: str) -> Iterator[dict]:
        cursor = None
        for _ in range(MAX_PAGES):
            query = {"limit": str(PAGE), **({} if cursor is None else {"cursor": cursor})}
            page = self._get(f"{path}?{urllib.parse.urlencode(query)}")
            yield from page[field]
            cursor = page.get("nextCursor")
            if cursor is None:
                return
        raise RuntimeError(f"{path} has more than {MAX_PAGES} pages")

    def _get(self, path: str) -> dict:
        answer = self._connection.get(path)
        if answer.status != 200:
            raise RuntimeError(f"GET {path} answered {answer.status}: {answer.body}")
        return answer.body


def to_event(envelope: dict) -> Event:
    """Converts an event of the API or the stream."""
    payload = envelope["payload"]
    return Event(
        payload["jobId"], payload["version"], envelope["eventType"], payload.get("previousStatus"), payload["status"],
        payload.get("attempt"), envelope["eventId"],
    )
