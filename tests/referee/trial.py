"""The course of a trial: load, kill, restart, many times; then heal, drain, and gather the evidence."""

import json
import random
import shutil
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import ledger as books
from evidence import Evidence, Views
from gather import Reader, to_event
from ledger import Entry, Ledger
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
    """What a trial does."""

    binary: Path
    work_dir: Path
    rounds: int
    seed: int
    max_seconds: int


@dataclass
class Course:
    """How a trial went, for the report."""

    rounds: int = 0
    killed_while_starting: int = 0
    slowest_start: float = 0.0
    repeated: int = 0
    drain_seconds: float = 0.0
    stream_connections: int = 0


class Trial:
    """One observatory, one ledger."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._random = random.Random(plan.seed)
        self._sink = Sink()
        printf = shutil.which("printf")
        if printf is None:
            raise RuntimeError("there is no printf for jobs to run")
        settings = {"ODD_HTTP_REQUEST_ALLOW": f"127.0.0.1:{self._sink.port}", "ODD_PROCESS_RUN_ALLOW": printf}
        self._observatory = Observatory(plan.binary, plan.work_dir, settings)
        self._ledger_path = plan.work_dir / "ledger.jsonl"
        self._ledger = Ledger(self._ledger_path)
        self._read_models = Announced()
        self._gateways = [Announced() for _ in range(SUBMITTERS)]
        self._stream = StreamReader(self._read_models)
        self._submitters = [
            Submitter(self._ledger, Workload(plan.seed * 1000 + number, self._sink.url, printf), gateways)
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
            self._ledger.close()

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
        """Runs it once more without faults: repeats what is in doubt, and waits until nothing moves."""
        for submitter in self._submitters:
            submitter.finish()
        self._check_submitters()
        self._observatory.start()
        self._read_models.announce(self._observatory.read_model)
        connection = Connection(self._observatory.gateway)
        for entry in self._in_doubt():
            send(connection, self._ledger, Request(entry.path, entry.body, entry.refs, entry.key, entry.expected),
                 entry.number)
            self.course.repeated += 1
        begun = time.monotonic()
        self._drain(begun + DRAIN_SECONDS)
        self.course.drain_seconds = time.monotonic() - begun

    def _in_doubt(self) -> list[Entry]:
        entries = books.read(self._ledger_path)
        return [entry for entry in entries if entry.outcome == books.UNKNOWN and entry.is_repeatable]

    def _drain(self, deadline: float) -> None:
        """Until no job waits or runs, the views agree, and the stream has brought every event."""
        reader = Reader(self._observatory.read_model)
        while time.monotonic() < deadline:
            stats = reader.views().stats
            if stats["pendingJobs"] + stats["executingJobs"] == 0 and self._is_stream_level():
                return
            time.sleep(POLL_SECONDS)

    def _is_stream_level(self) -> bool:
        """Whether the last event of each job that the stream brought is an ending."""
        last = {event["payload"]["jobId"]: event for event in list(self._stream.events)}
        return all(to_event(event).status in ("COMPLETED", "FAILED", "CANCELLED") for event in last.values())

    def _await_stream(self, events: int) -> None:
        """The stream may be a moment behind the list; what has not come by then never will."""
        deadline = time.monotonic() + STREAM_SECONDS
        while len(self._stream.events) < events and time.monotonic() < deadline:
            time.sleep(POLL_SECONDS)

    def _gather(self) -> Evidence:
        reader = Reader(self._observatory.read_model)
        jobs = reader.jobs()
        listed_events = reader.events()
        self._await_stream(len(listed_events))
        histories = reader.histories(sorted(jobs), self._plan.seed, HISTORIES)
        logs = reader.logs(_that_spoke(jobs)[-LOGS:])
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
                entries=books.read(self._ledger_path),
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
        """The views as the crashes left them, against the views rebuilt from the history."""
        done = self._observatory.run("rebuild-views", "-o", "json")
        if not done.stdout:
            raise RuntimeError(f"rebuild-views failed: {done.stderr}")
        said = json.loads(done.stdout)
        views.digest_before, views.digest_after = said.get("oldDigest"), said["newDigest"]


def _that_spoke(jobs: dict[str, dict]) -> list[str]:
    """The jobs whose program ran to its end."""
    return [id for id, job in jobs.items() if job["type"] == "process.run" and job["status"] == "COMPLETED"]
