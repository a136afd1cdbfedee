"""The context of a fault: a cluster under load and the operations of the nemesis."""

import random
import time
from dataclasses import dataclass, field
from typing import Callable, Iterator

from cluster.evidence import ClusterEvidence
from cluster.observatory import ClusterObservatory
from evidence import Violation
from history import ACCEPTED, Entry, History
from load import Submitter, send
from sink import Sink
from wire import Connection
from workload import Request


# The longest time until a restarted gateway is ready.
STARTING_SECONDS = 5


@dataclass(frozen=True)
class Options:
    """Options of the command line."""

    event_delay_seconds: float = 60.0  # by which fault 20 delays events


@dataclass
class Context:
    """The operations of a fault, and its records for the checker."""

    observatory: ClusterObservatory
    random: random.Random
    history: History
    sink: Sink
    options: Options = field(default_factory=Options)
    faults: int = 0  # number of injected faults
    workers_lost: list[float] = field(default_factory=list)
    starts: list[tuple[float, float]] = field(default_factory=list)  # intervals in which a gateway may have been connecting to its servers
    findings: list[Violation] = field(default_factory=list)
    dead_letters: int = 0  # messages that the fault made unusable
    notes: dict = field(default_factory=dict)  # measurements for the report
    submitters: list[Submitter] = field(default_factory=list)
    is_broker_empty: bool = False  # the dead letters of earlier faults were deleted

    def pause(self, shortest: float, longest: float) -> None:
        """Waits for a random time under load."""
        time.sleep(self.random.uniform(shortest, longest))

    def pick(self, role: str) -> int:
        """Returns the number of a random process of a role."""
        return self.random.choice(self.observatory.numbers(role))

    def role(self, number: int, act: str) -> dict | None:
        if number in self.observatory.numbers("processor") and act in ("kill", "remove", "pause"):
            self.workers_lost.append(time.time())
        self.faults += act not in ("resume", "start")
        outcome = self.observatory.nemesis.role(number, act)
        if number in self.observatory.numbers("gateway") and act not in ("pause", "resume"):
            # A starting gateway answers 503 until it has connected to its servers.
            self.starts.append((time.time(), time.time() + STARTING_SECONDS))
        return outcome

    def server(self, name: str, act: str) -> None:
        self.faults += act not in ("restart", "resume", "clear-alarm")
        self.observatory.nemesis.server(name, act)

    def proxy(self, role: int, server: str, act: str) -> None:
        self.faults += act != "heal"
        self.observatory.nemesis.proxy(role, server, act)

    def submit_calls(self, jobs: list[dict]) -> Entry:
        """Submits `http.request` jobs and appends their references to their URLs."""
        for job in jobs:
            job["metadata"] = {"ref": self._ref()}
            job["payload"] = {**job["payload"], "url": f"{job['payload']['url']}/{job['metadata']['ref']}"}
        return self.submit(jobs)

    def submit(self, jobs: list[dict], gateway: int = 0) -> Entry:
        """Submits a batch of jobs in addition to the load, each with a reference."""
        for job in jobs:
            job.setdefault("metadata", {"ref": self._ref()})
        connection = Connection(self.observatory.gateways[gateway])
        refs = [job["metadata"]["ref"] for job in jobs]
        entry = send(connection, self.history, Request("/jobs/batch", {"jobs": jobs}, refs, None))
        connection.close()
        return entry

    def reduce_load(self, pause_seconds: float = 0.5) -> None:
        """Slows the submitters down. Long faults need less load."""
        for submitter in self.submitters:
            submitter.pause_seconds = pause_seconds

    def _ref(self) -> str:
        return f"{self.random.getrandbits(64):016x}"

    def find(self, rule: str, detail: str) -> None:
        self.findings.append(Violation(rule, detail))


def no_violations(_context: Context, _evidence: ClusterEvidence) -> Iterator[Violation]:
    """Reports no additional violation."""
    return iter(())


@dataclass(frozen=True)
class Fault:
    """A fault and the rules for its round."""

    number: int
    title: str
    inject: Callable[[Context], None]
    refuses: bool = False  # submissions may be answered with 503 during the fault
    loses_attempts: bool = False
    ends_roles: bool = False  # roles may end that the nemesis did not kill
    examine: Callable[[Context, ClusterEvidence], Iterator[Violation]] = no_violations
    must_lose_attempts: bool = False  # without lost attempts there is no verdict
    needs_archive: bool = False
    needs_older: bool = False  # runs on a cluster that starts with the older version


def accepted_between(evidence: ClusterEvidence, since: float, until: float) -> list[Entry]:
    """Returns the requests that were sent and accepted within an interval."""
    return [entry for entry in evidence.entries
            if entry.outcome == ACCEPTED and entry.sent_at >= since and entry.concluded_at <= until]


def slow_answers(evidence: ClusterEvidence, seconds: float) -> Iterator[Violation]:
    """Reports requests that were answered after more than `seconds`."""
    for entry in evidence.entries:
        waited = 0.0 if entry.concluded_at is None else entry.concluded_at - entry.sent_at
        if waited > seconds:
            yield Violation("hang", f"request {entry.number} was answered after {waited:.1f} s, the limit is {seconds:g} s")
