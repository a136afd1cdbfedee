"""The round of one fault: applies load, injects the fault, waits for recovery and drain, and gathers the evidence."""

import random
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import history
from cluster import postgres
from cluster.evidence import ClusterEvidence
from cluster.observatory import ClusterObservatory
from cluster.postgres import PostgresStorage
from cluster.read_model import await_views, read
from cluster.rebuild import NotRebuilt, rebuild
from cluster.rules import DEAD_LETTERS
from cluster.context import Fault, Options, Context
from evidence import Violation
from gather import Reader, to_event
from history import History
from load import Submitter, send
from sink import Sink
from stream import StreamReader
from urls import Rotating
from wire import Connection
from workload import Request, Workload

SUBMITTERS = 4
PAUSE_SECONDS = 0.03
# After this time the load is reduced, so that it drains sooner.
LOAD_SECONDS = 5
BATCH_SIZES = (1, 2, 5, 10, 40)
WARM_UP_SECONDS = 0.8
COOL_DOWN_SECONDS = 0.5
READY_SECONDS = 60
DRAIN_SECONDS = 120
# The longest time until the views equal the store after all jobs have ended.
VIEWS_SECONDS = 15
QUEUES_SECONDS = 20
POLL_SECONDS = 0.2


@dataclass
class Course:
    """Statistics of a round, for the report."""

    faults: int = 0
    repeated: int = 0
    inject_seconds: float = 0.0
    ready_seconds: float = 0.0
    drain_seconds: float = 0.0
    views_seconds: float = 0.0
    notes: dict = field(default_factory=dict)


@dataclass
class Stage:
    """The state that the rounds of one cluster share."""

    observatory: ClusterObservatory
    stream: StreamReader
    sink: Sink
    printf: str
    folder: Path
    seed: int
    known: set[str] = field(default_factory=set)  # jobs of earlier rounds
    dead_letters: int = 0
    ended: int = 0  # roles that ended in earlier rounds
    options: Options = field(default_factory=Options)


class Round:
    """One fault on a running cluster whose earlier jobs have ended."""

    def __init__(self, stage: Stage, fault: Fault) -> None:
        self._stage = stage
        self._fault = fault
        self._observatory = stage.observatory
        self._history_path = stage.folder / f"history-{fault.number}.jsonl"
        self._history = History(self._history_path)
        dice = random.Random(f"{stage.seed} {fault.number}")
        self.context = Context(stage.observatory, dice, self._history, stage.sink, stage.options)
        self.context.submitters = [self._submitter(dice.getrandbits(32), turn) for turn in range(SUBMITTERS)]
        self._outage = (0.0, 0.0)
        self.course = Course()

    def run(self) -> ClusterEvidence:
        store = self._observatory.postgres
        self._await_stream(postgres.events(store))
        self._stage.known |= postgres.ids(store)
        after, seen = postgres.last_job(store), len(self._stage.stream.events)
        earlier_jobs = postgres.digest_until(store, after)
        self._inject()
        self._heal()
        self._drain()
        try:
            evidence = self._gather(PostgresStorage(store, after), seen)
            evidence.earlier_jobs_before = earlier_jobs
            evidence.earlier_jobs_after = postgres.digest_until(store, after)
            evidence.findings += self._fault.examine(self.context, evidence)
        finally:
            self._history.close()
        self._stage.dead_letters = evidence.queues.get(DEAD_LETTERS, {}).get("messages", 0)
        self.course.faults, self.course.notes = self.context.faults, self.context.notes
        return evidence

    def _submitter(self, seed: int, turn: int) -> Submitter:
        gateways = self._observatory.gateways
        first = turn % len(gateways)
        workload = Workload(seed, self._stage.sink.url, self._stage.printf, BATCH_SIZES)
        return Submitter(self._history, workload, Rotating(gateways[first:] + gateways[:first]), PAUSE_SECONDS)

    def _inject(self) -> None:
        for submitter in self.context.submitters:
            submitter.start()
        timer = threading.Timer(LOAD_SECONDS, self.context.reduce_load)
        timer.start()
        try:
            time.sleep(WARM_UP_SECONDS)
            started = time.time()
            self._fault.inject(self.context)
            self._outage = (started, time.time())
            time.sleep(COOL_DOWN_SECONDS)
            self.course.inject_seconds = time.time() - started
        finally:
            timer.cancel()
            for submitter in self.context.submitters:
                submitter.finish()
        for submitter in self.context.submitters:
            if submitter.trouble is not None:
                raise RuntimeError("a submitter failed") from submitter.trouble

    def _heal(self) -> None:
        """Waits until the roles have recovered by themselves, and repeats requests with unknown outcome."""
        self.course.ready_seconds = self._observatory.await_ready(READY_SECONDS)
        self._outage = (self._outage[0], time.time())
        connection = Connection(self._observatory.gateways[0])
        for entry in history.read(self._history_path):
            if entry.outcome == history.UNKNOWN and entry.is_repeatable:
                request = Request(entry.path, entry.body, entry.refs, entry.key, entry.expected)
                send(connection, self._history, request, entry.number)
                self.course.repeated += 1

    def _drain(self) -> None:
        """Waits until all jobs have ended and all commits are published. The checker reports those that have not."""
        store, started = self._observatory.postgres, time.monotonic()
        while time.monotonic() < started + DRAIN_SECONDS:
            if postgres.moving_jobs(store) == 0 and not postgres.outbox(store):
                break
            time.sleep(POLL_SECONDS)
        self.course.drain_seconds = time.monotonic() - started

    def _gather(self, storage: PostgresStorage, seen: int) -> ClusterEvidence:
        store = self._observatory.postgres
        rows, events = storage.rows(), storage.events()
        reader = Reader(self._observatory.read_model, frozenset(self._stage.known))
        counts = postgres.status_counts(store)
        self.course.views_seconds = await_views(reader, counts, VIEWS_SECONDS)
        self._await_stream(seen + sum(len(each) for each in events.values()))
        answers = read(reader, rows, events, counts, self._stage.seed)
        attempts, sleepers = storage.attempts(), storage.payloads("sleep")
        queues = self._await_queues()
        try:
            digests = rebuild(self._observatory)
            answers.views.digest_before, answers.views.digest_after = digests
        except NotRebuilt as error:
            answers.findings.append(Violation("views", str(error)))
        earlier_dead_letters = 0 if self.context.is_broker_empty else self._stage.dead_letters
        return ClusterEvidence(
            entries=history.read(self._history_path), rows=rows, status_counts=counts, stored_events=events,
            listed_jobs=answers.listed_jobs, listed_events=answers.listed_events, histories=answers.histories,
            streamed_events=[to_event(envelope) for envelope in self._stage.stream.events[seen:]],
            views=answers.views,
            # Log lines may be lost while the store is unavailable.
            logs={} if self._fault.refuses else answers.logs,
            finished_attempts=dict(Counter(attempt.job for attempt in attempts)),
            lost_attempts=sum(attempt.outcome == postgres.LOST for attempt in attempts),
            left_over=storage.left_over(), calls=self._stage.sink.calls(), tokens=self._stage.sink.tokens(),
            integrity=[], panics=self._observatory.panics(), exit_code=0,
            outages=[*([self._outage] if self._fault.refuses else []), *self.context.starts],
            attempts=attempts, naps={job: payload["ms"] / 1000 for job, payload in sleepers.items() if _is_nap(payload)},
            arrivals=self._stage.sink.arrivals(), workers_lost=self.context.workers_lost,
            may_lose_attempts=self._fault.loses_attempts, outbox=postgres.outbox(store),
            log_defects=postgres.log_defects(store), queues=queues,
            dead_letters=self.context.dead_letters + earlier_dead_letters, ended=self._ended(),
            findings=[*self.context.findings, *answers.findings],
        )

    def _await_stream(self, events: int) -> None:
        deadline = time.monotonic() + VIEWS_SECONDS
        while len(self._stage.stream.events) < events and time.monotonic() < deadline:
            time.sleep(POLL_SECONDS)

    def _await_queues(self) -> dict[str, dict]:
        """Waits until the hints of ended jobs are acknowledged."""
        deadline = time.monotonic() + QUEUES_SECONDS
        while True:
            queues = self._observatory.nemesis.queues()
            remaining = sum(queue["messages"] for name, queue in queues.items() if not name.endswith("dead-letters"))
            if remaining == 0 or time.monotonic() > deadline:
                return queues
            time.sleep(POLL_SECONDS)

    def _ended(self) -> list[dict]:
        ended = self._observatory.nemesis.describe()["ended"]
        earlier, self._stage.ended = self._stage.ended, len(ended)
        return [] if self._fault.ends_roles else ended[earlier:]


def _is_nap(payload: dict) -> bool:
    return isinstance(payload.get("ms"), int)
