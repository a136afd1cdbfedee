"""Where a fault strikes: a cluster under load, and the ways to hurt it."""

import random
import time
from dataclasses import dataclass, field
from typing import Callable, Iterator

from cluster.evidence import ClusterEvidence
from cluster.observatory import ClusterObservatory
from evidence import Violation
from ledger import ACCEPTED, Entry, Ledger
from load import Submitter, send
from sink import Sink
from wire import Connection
from workload import Request


# Longest time in which a gateway that was ended is at work again.
STARTING_SECONDS = 5


@dataclass(frozen=True)
class Options:
    """What the caller may choose."""

    event_delay_seconds: float = 60.0  # for which fault 20 holds events back


@dataclass
class Scene:
    """What a fault may use, and what it leaves behind for the judge."""

    observatory: ClusterObservatory
    random: random.Random
    ledger: Ledger
    sink: Sink
    options: Options = field(default_factory=Options)
    faults: int = 0  # how often something was hurt
    workers_lost: list[float] = field(default_factory=list)
    starts: list[tuple[float, float]] = field(default_factory=list)  # when a gateway may have been looking for its servers
    findings: list[Violation] = field(default_factory=list)
    dead_letters: int = 0  # messages that it made unusable
    notes: dict = field(default_factory=dict)  # measured, for the report
    submitters: list[Submitter] = field(default_factory=list)
    is_broker_empty: bool = False  # the dead letters of earlier faults are gone

    def pause(self, shortest: float, longest: float) -> None:
        """Lets the load go on for a random time."""
        time.sleep(self.random.uniform(shortest, longest))

    def pick(self, role: str) -> int:
        """One of the processes of a role."""
        return self.random.choice(self.observatory.numbers(role))

    def role(self, number: int, act: str) -> dict | None:
        if number in self.observatory.numbers("processor") and act in ("kill", "remove", "pause"):
            self.workers_lost.append(time.time())
        self.faults += act not in ("resume", "start")
        outcome = self.observatory.hands.role(number, act)
        if number in self.observatory.numbers("gateway") and act not in ("pause", "resume"):
            # One that starts answers 503 until it has found its servers.
            self.starts.append((time.time(), time.time() + STARTING_SECONDS))
        return outcome

    def server(self, name: str, act: str) -> None:
        self.faults += act not in ("restart", "resume", "clear-alarm")
        self.observatory.hands.server(name, act)

    def link(self, role: int, server: str, act: str) -> None:
        self.faults += act != "heal"
        self.observatory.hands.link(role, server, act)

    def submit_calls(self, jobs: list[dict]) -> Entry:
        """As `submit`, for `http.request` jobs: their references become the ends of their paths."""
        for job in jobs:
            job["metadata"] = {"ref": self._ref()}
            job["payload"] = {**job["payload"], "url": f"{job['payload']['url']}/{job['metadata']['ref']}"}
        return self.submit(jobs)

    def submit(self, jobs: list[dict], gateway: int = 0) -> Entry:
        """A batch of jobs beside the load, each with a reference."""
        for job in jobs:
            job.setdefault("metadata", {"ref": self._ref()})
        connection = Connection(self.observatory.gateways[gateway])
        refs = [job["metadata"]["ref"] for job in jobs]
        entry = send(connection, self.ledger, Request("/jobs/batch", {"jobs": jobs}, refs, None))
        connection.close()
        return entry

    def quieten(self, pause_seconds: float = 0.5) -> None:
        """Where a fault takes long, less load tells as much."""
        for submitter in self.submitters:
            submitter.pause_seconds = pause_seconds

    def _ref(self) -> str:
        return f"{self.random.getrandbits(64):016x}"

    def find(self, rule: str, detail: str) -> None:
        self.findings.append(Violation(rule, detail))


def nothing_more(_scene: Scene, _evidence: ClusterEvidence) -> Iterator[Violation]:
    """Most faults are judged by the rules alone."""
    return iter(())


@dataclass(frozen=True)
class Fault:
    """One line of the plan."""

    number: int
    title: str
    strike: Callable[[Scene], None]
    refuses: bool = False  # whether submissions may be answered with 503 meanwhile
    loses_attempts: bool = False
    ends_roles: bool = False  # whether roles may end that the hands did not kill
    examine: Callable[[Scene, ClusterEvidence], Iterator[Violation]] = nothing_more
    must_lose_attempts: bool = False  # else it saw too little
    needs_archive: bool = False


def accepted_between(evidence: ClusterEvidence, since: float, until: float) -> list[Entry]:
    """The requests that were sent and accepted within a time."""
    return [entry for entry in evidence.entries
            if entry.outcome == ACCEPTED and entry.sent_at >= since and entry.concluded_at <= until]


def slow_answers(evidence: ClusterEvidence, seconds: float) -> Iterator[Violation]:
    """No request waited for longer than this."""
    for entry in evidence.entries:
        waited = 0.0 if entry.concluded_at is None else entry.concluded_at - entry.sent_at
        if waited > seconds:
            yield Violation("hang", f"request {entry.number} waited for {waited:.1f} s, {seconds:g} s are the limit")
