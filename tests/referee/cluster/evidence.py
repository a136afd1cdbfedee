"""What the judge looks at beyond what every observatory shows."""

from dataclasses import dataclass, field

from cluster.postgres import Attempt
from evidence import Evidence, Violation


@dataclass
class ClusterEvidence(Evidence):
    """Everything about one fault, after the drain."""

    attempts: list[Attempt] = field(default_factory=list)
    naps: dict[str, float] = field(default_factory=dict)  # seconds that each `sleep` job was to last
    arrivals: dict[str, list[float]] = field(default_factory=dict)  # when the sink was called, by reference
    workers_lost: list[float] = field(default_factory=list)  # when workers were killed or stopped
    may_lose_attempts: bool = False
    outbox: list[int] = field(default_factory=list)
    log_defects: list[str] = field(default_factory=list)
    queues: dict[str, dict] = field(default_factory=dict)
    dead_letters: int = 0  # messages that have a reason to be there
    settled_before: str | None = None  # digest of all earlier jobs
    settled_after: str | None = None
    ended: list[dict] = field(default_factory=list)  # roles that ended and were not to
    findings: list[Violation] = field(default_factory=list)  # what the fault itself looked at
