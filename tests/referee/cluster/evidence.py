"""The additional input of the checker for clusters."""

from dataclasses import dataclass, field

from cluster.postgres import Attempt
from evidence import Evidence, Violation


@dataclass
class ClusterEvidence(Evidence):
    """All observations of the round of one fault, made after the drain."""

    attempts: list[Attempt] = field(default_factory=list)
    naps: dict[str, float] = field(default_factory=dict)  # requested seconds of each `sleep` job
    arrivals: dict[str, list[float]] = field(default_factory=dict)  # times of the calls to the sink, by reference
    workers_lost: list[float] = field(default_factory=list)  # times at which workers were killed or stopped
    may_lose_attempts: bool = False
    outbox: list[int] = field(default_factory=list)
    log_defects: list[str] = field(default_factory=list)
    queues: dict[str, dict] = field(default_factory=dict)
    dead_letters: int = 0  # expected messages in the dead-letter queue
    earlier_jobs_before: str | None = None  # digest of the jobs of earlier rounds, before the fault
    earlier_jobs_after: str | None = None
    ended: list[dict] = field(default_factory=list)  # roles that ended unexpectedly
    findings: list[Violation] = field(default_factory=list)  # violations reported by the fault itself
