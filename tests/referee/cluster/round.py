"""One fault: load, fault, heal, drain, gather."""

import random
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import ledger as books
from cluster import postgres
from cluster.evidence import ClusterEvidence
from cluster.observatory import ClusterObservatory
from cluster.postgres import PostgresStorage
from cluster.reading import await_views, read
from cluster.rebuilding import NotRebuilt, rebuild
from cluster.rules import DEAD_LETTERS
from cluster.scene import Fault, Options, Scene
from evidence import Violation
from gather import Reader, to_event
from ledger import Ledger
from load import Submitter, send
from sink import Sink
from stream import StreamReader
from urls import Rotating
from wire import Connection
from workload import Request, Workload

SUBMITTERS = 4
PAUSE_SECONDS = 0.03
# After this time under load, less of it tells as much, and drains sooner.
LOAD_SECONDS = 5
BATCH_SIZES = (1, 2, 5, 10, 40)
WARM_UP_SECONDS = 0.8
COOL_DOWN_SECONDS = 0.5
READY_SECONDS = 60
DRAIN_SECONDS = 120
# Within which the views equal the store, once nothing moves.
VIEWS_SECONDS = 15
QUEUES_SECONDS = 20
POLL_SECONDS = 0.2


@dataclass
class Course:
    """How it went, for the report."""

    faults: int = 0
    repeated: int = 0
    strike_seconds: float = 0.0
    ready_seconds: float = 0.0
    drain_seconds: float = 0.0
    views_seconds: float = 0.0
    notes: dict = field(default_factory=dict)


@dataclass
class Stage:
    """What the rounds of one cluster share."""

    binary: Path
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
    """One fault on a running cluster whose earlier jobs are over."""

    def __init__(self, stage: Stage, fault: Fault) -> None:
        self._stage = stage
        self._fault = fault
        self._observatory = stage.observatory
        self._ledger_path = stage.folder / f"ledger-{fault.number}.jsonl"
        self._ledger = Ledger(self._ledger_path)
        dice = random.Random(f"{stage.seed} {fault.number}")
        self.scene = Scene(stage.observatory, dice, self._ledger, stage.sink, stage.options)
        self.scene.submitters = [self._submitter(dice.getrandbits(32), turn) for turn in range(SUBMITTERS)]
        self._outage = (0.0, 0.0)
        self.course = Course()

    def run(self) -> ClusterEvidence:
        store = self._observatory.postgres
        self._await_stream(postgres.events(store))
        self._stage.known |= postgres.ids(store)
        after, seen = postgres.last_job(store), len(self._stage.stream.events)
        settled = postgres.digest_until(store, after)
        self._strike()
        self._heal()
        self._drain()
        try:
            evidence = self._gather(PostgresStorage(store, after), seen)
            evidence.settled_before, evidence.settled_after = settled, postgres.digest_until(store, after)
            evidence.findings += self._fault.examine(self.scene, evidence)
        finally:
            self._ledger.close()
        self._stage.dead_letters = evidence.queues.get(DEAD_LETTERS, {}).get("messages", 0)
        self.course.faults, self.course.notes = self.scene.faults, self.scene.notes
        return evidence

    def _submitter(self, seed: int, turn: int) -> Submitter:
        gateways = self._observatory.gateways
        first = turn % len(gateways)
        workload = Workload(seed, self._stage.sink.url, self._stage.printf, BATCH_SIZES)
        return Submitter(self._ledger, workload, Rotating(gateways[first:] + gateways[:first]), PAUSE_SECONDS)

    def _strike(self) -> None:
        for submitter in self.scene.submitters:
            submitter.start()
        quieten = threading.Timer(LOAD_SECONDS, self.scene.quieten)
        quieten.start()
        try:
            time.sleep(WARM_UP_SECONDS)
            begun = time.time()
            self._fault.strike(self.scene)
            self._outage = (begun, time.time())
            time.sleep(COOL_DOWN_SECONDS)
            self.course.strike_seconds = time.time() - begun
        finally:
            quieten.cancel()
            for submitter in self.scene.submitters:
                submitter.finish()
        for submitter in self.scene.submitters:
            if submitter.trouble is not None:
                raise RuntimeError("a submitter failed") from submitter.trouble

    def _heal(self) -> None:
        """Nothing is mended by hand: roles and servers run, and have to find back by themselves."""
        self.course.ready_seconds = self._observatory.await_ready(READY_SECONDS)
        self._outage = (self._outage[0], time.time())
        connection = Connection(self._observatory.gateways[0])
        for entry in books.read(self._ledger_path):
            if entry.outcome == books.UNKNOWN and entry.is_repeatable:
                request = Request(entry.path, entry.body, entry.refs, entry.key, entry.expected)
                send(connection, self._ledger, request, entry.number)
                self.course.repeated += 1

    def _drain(self) -> None:
        """Until no job waits or runs and nothing is left to publish; what has not ended by then never will."""
        store, begun = self._observatory.postgres, time.monotonic()
        while time.monotonic() < begun + DRAIN_SECONDS:
            if postgres.moving_jobs(store) == 0 and not postgres.outbox(store):
                break
            time.sleep(POLL_SECONDS)
        self.course.drain_seconds = time.monotonic() - begun

    def _gather(self, storage: PostgresStorage, seen: int) -> ClusterEvidence:
        store = self._observatory.postgres
        rows, events = storage.rows(), storage.events()
        reader = Reader(self._observatory.read_model, frozenset(self._stage.known))
        counts = postgres.status_counts(store)
        self.course.views_seconds = await_views(reader, counts, VIEWS_SECONDS)
        self._await_stream(seen + sum(len(each) for each in events.values()))
        said = read(reader, rows, events, counts, self._stage.seed)
        attempts, sleepers = storage.attempts(), storage.payloads("sleep")
        queues = self._await_queues()
        try:
            said.views.digest_before, said.views.digest_after = rebuild(self._stage.binary, self._observatory)
        except NotRebuilt as error:
            said.findings.append(Violation("views", str(error)))
        earlier_dead_letters = 0 if self.scene.is_broker_empty else self._stage.dead_letters
        return ClusterEvidence(
            entries=books.read(self._ledger_path), rows=rows, status_counts=counts, stored_events=events,
            listed_jobs=said.listed_jobs, listed_events=said.listed_events, histories=said.histories,
            streamed_events=[to_event(envelope) for envelope in self._stage.stream.events[seen:]],
            views=said.views,
            # A line that the store could not take is left out; that is no promise.
            logs={} if self._fault.refuses else said.logs,
            finished_attempts=dict(Counter(attempt.job for attempt in attempts)),
            lost_attempts=sum(attempt.outcome == postgres.LOST for attempt in attempts),
            left_over=storage.left_over(), calls=self._stage.sink.calls(), tokens=self._stage.sink.tokens(),
            integrity=[], panics=self._observatory.panics(), exit_code=0,
            outages=[*([self._outage] if self._fault.refuses else []), *self.scene.starts],
            attempts=attempts, naps={job: payload["ms"] / 1000 for job, payload in sleepers.items() if _is_nap(payload)},
            arrivals=self._stage.sink.arrivals(), workers_lost=self.scene.workers_lost,
            may_lose_attempts=self._fault.loses_attempts, outbox=postgres.outbox(store),
            log_defects=postgres.log_defects(store), queues=queues,
            dead_letters=self.scene.dead_letters + earlier_dead_letters, ended=self._ended(),
            findings=[*self.scene.findings, *said.findings],
        )

    def _await_stream(self, events: int) -> None:
        deadline = time.monotonic() + VIEWS_SECONDS
        while len(self._stage.stream.events) < events and time.monotonic() < deadline:
            time.sleep(POLL_SECONDS)

    def _await_queues(self) -> dict[str, dict]:
        """Hints of jobs that are over are still to be acknowledged."""
        deadline = time.monotonic() + QUEUES_SECONDS
        while True:
            queues = self._observatory.hands.queues()
            held = sum(queue["messages"] for name, queue in queues.items() if not name.endswith("dead-letters"))
            if held == 0 or time.monotonic() > deadline:
                return queues
            time.sleep(POLL_SECONDS)

    def _ended(self) -> list[dict]:
        ended = self._observatory.hands.describe()["ended"]
        earlier, self._stage.ended = self._stage.ended, len(ended)
        return [] if self._fault.ends_roles else ended[earlier:]


def _is_nap(payload: dict) -> bool:
    return isinstance(payload.get("ms"), int)
