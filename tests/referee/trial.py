"""A trial: kills and restarts the observatory under load, then lets it recover and drain, and gathers the evidence."""

import json
import random
import shutil
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import history
from evidence import Evidence, Views
from gather import Reader, to_event
from history import Entry, History
from load import Submitter, send
from observatory import Observatory
from sink import Sink
from storage import Storage, find_store
from stream import StreamReader
from urls import Announced
from wire import Connection
from workload import Request, Workload

SUBMITTERS = 4
DRAIN_SECONDS = 150
STREAM_SECONDS = 15
POLL_SECONDS = 0.25
HISTORIES = 300
LOGS = 300


@dataclass
class Plan:
    """The options of a trial."""

    binary: Path
    work_dir: Path
    rounds: int
    seed: int
    max_seconds: int


@dataclass
class Course:
    """Statistics of a trial, for the report."""

    rounds: int = 0
    killed_while_starting: int = 0
    slowest_start: float = 0.0
    repeated: int = 0
    drain_seconds: float = 0.0
    stream_connections: int = 0


class Trial:
    """One observatory and the history of its requests."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._random = random.Random(plan.seed)
        self._sink = Sink()
        printf = shutil.which("printf")
        if printf is None:
            raise RuntimeError("`printf` is not installed, which jobs run")
        settings = {"ODD_HTTP_REQUEST_ALLOW": f"127.0.0.1:{self._sink.port}", "ODD_PROCESS_RUN_ALLOW": printf}
        self._observatory = Observatory(plan.binary, plan.work_dir, settings)
        self._history_path = plan.work_dir / "history.jsonl"
        self._history = History(self._history_path)
        self._read_models = Announced()
        self._gateways = [Announced() for _ in range(SUBMITTERS)]
        self._stream = StreamReader(self._read_models)
        self._submitters = [
            Submitter(self._history, Workload(plan.seed * 1000 + number, self._sink.url, printf), gateways)
            for number, gateways in enumerate(self._gateways)
        ]
        self.course = Course()

    def run(self) -> Evidence:
        try:
            self._stream.start()
            for submitter in self._submitters:
                submitter.start()
            self._crash_repeatedly()
            self._heal()
            return self._gather()
        finally:
            if self._observatory.is_running():
                self._observatory.kill()
            self._sink.close()
            self._history.close()

    def _crash_repeatedly(self) -> None:
        deadline = time.monotonic() + self._plan.max_seconds
        while self.course.rounds < self._plan.rounds and time.monotonic() < deadline:
            if self.course.rounds > 0 and self._random.random() < 0.1:
                self._observatory.launch()
                time.sleep(self._random.uniform(0.0, 0.3))
                self._observatory.kill()
                self.course.killed_while_starting += 1
            self._start()
            time.sleep(self._random.uniform(0.05, 1.5))
            self._observatory.kill()
            self.course.rounds += 1
            self._check_submitters()

    def _start(self) -> None:
        self._observatory.start()
        self._read_models.announce(self._observatory.read_model)
        for gateways in self._gateways:
            gateways.announce(self._observatory.gateway)

    def _check_submitters(self) -> None:
        for submitter in self._submitters:
            if submitter.trouble is not None:
                raise RuntimeError("a submitter failed") from submitter.trouble

    def _heal(self) -> None:
        """Starts the observatory without faults, repeats requests with unknown outcome, and waits for all jobs."""
        for submitter in self._submitters:
            submitter.finish()
        self._check_submitters()
        self._observatory.start()
        self._read_models.announce(self._observatory.read_model)
        connection = Connection(self._observatory.gateway)
        for entry in self._unknown():
            send(connection, self._history, Request(entry.path, entry.body, entry.refs, entry.key, entry.expected),
                 entry.number)
            self.course.repeated += 1
        started = time.monotonic()
        self._drain(started + DRAIN_SECONDS)
        self.course.drain_seconds = time.monotonic() - started

    def _unknown(self) -> list[Entry]:
        entries = history.read(self._history_path)
        return [entry for entry in entries if entry.outcome == history.UNKNOWN and entry.is_repeatable]

    def _drain(self, deadline: float) -> None:
        """Waits until no job is pending or running and the stream has delivered the last event of each job."""
        reader = Reader(self._observatory.read_model)
        while time.monotonic() < deadline:
            stats = reader.views().stats
            if stats["pendingJobs"] + stats["executingJobs"] == 0 and self._is_stream_level():
                return
            time.sleep(POLL_SECONDS)

    def _is_stream_level(self) -> bool:
        """Returns True if the last received event of each job is terminal."""
        last = {event["payload"]["jobId"]: event for event in list(self._stream.events)}
        return all(to_event(event).status in ("COMPLETED", "FAILED", "CANCELLED") for event in last.values())

    def _await_stream(self, events: int) -> None:
        """Waits for events that the list already contains. Events that are still missing count as lost."""
        deadline = time.monotonic() + STREAM_SECONDS
        while len(self._stream.events) < events and time.monotonic() < deadline:
            time.sleep(POLL_SECONDS)

    def _gather(self) -> Evidence:
        reader = Reader(self._observatory.read_model)
        jobs = reader.jobs()
        listed_events = reader.events()
        self._await_stream(len(listed_events))
        histories = reader.histories(sorted(jobs), self._plan.seed, HISTORIES)
        logs = reader.logs(_completed_programs(jobs)[-LOGS:])
        views = reader.views()
        self._stream.finish()
        exit_code = self._observatory.stop()
        self._stream.join(timeout=10)
        self._compare_digests(views)
        self.course.stream_connections = self._stream.connections
        self.course.slowest_start = self._observatory.slowest_start
        storage = Storage(find_store(self._observatory.data_dir))
        try:
            rows = storage.rows()
            return Evidence(
                entries=history.read(self._history_path),
                rows=rows,
                status_counts=Counter(row.status for row in rows),
                stored_events=storage.events(),
                listed_jobs=jobs,
                listed_events=listed_events,
                histories=histories,
                streamed_events=[to_event(envelope) for envelope in self._stream.events],
                views=views,
                logs=logs,
                lost_attempts=storage.lost_attempts(),
                finished_attempts=storage.finished_attempts(),
                left_over=storage.left_over(),
                calls=self._sink.calls(),
                tokens=self._sink.tokens(),
                integrity=storage.integrity(),
                panics=self._observatory.panics(),
                exit_code=exit_code,
            )
        finally:
            storage.close()

    def _compare_digests(self, views: Views) -> None:
        """Reads the digests of the views after the crashes and of the views rebuilt from the event log."""
        done = self._observatory.run("rebuild-views", "-o", "json")
        if not done.stdout:
            raise RuntimeError(f"rebuild-views failed: {done.stderr}")
        result = json.loads(done.stdout)
        views.digest_before, views.digest_after = result.get("oldDigest"), result["newDigest"]


def _completed_programs(jobs: dict[str, dict]) -> list[str]:
    """Returns the jobs whose program completed."""
    return [id for id, job in jobs.items() if job["type"] == "process.run" and job["status"] == "COMPLETED"]
