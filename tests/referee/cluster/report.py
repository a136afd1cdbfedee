"""The report of one fault, and the totals of all faults, as JSON."""

from collections import Counter
from dataclasses import asdict
from typing import TYPE_CHECKING

from cluster.evidence import ClusterEvidence
from cluster.postgres import LOST
from cluster.rules import takeover_times
from cluster.context import Fault
from evidence import Violation
from history import ACCEPTED, REFUSED, UNKNOWN, UNSENT

if TYPE_CHECKING:
    from cluster.round import Course

# The largest number of job histories in the report of a fault.
MAX_HISTORIES = 20
SUMMED = ("jobs", "faults", "lost", "duplicated", "recovered", "unknown")


def as_json(fault: Fault, course: "Course", evidence: ClusterEvidence, violations: list[Violation]) -> dict:
    """Returns the report of one fault of one seed."""
    outcomes = Counter(entry.outcome for entry in evidence.entries)
    rules = Counter(violation.rule for violation in violations)
    lost_jobs = {attempt.job for attempt in evidence.attempts if attempt.outcome == LOST}
    concerned = list(dict.fromkeys(job for violation in violations for job in violation.jobs))[:MAX_HISTORIES]
    return {
        "fault": fault.number,
        "title": fault.title,
        **asdict(course),
        "requests": {outcome: outcomes[outcome] for outcome in (ACCEPTED, REFUSED, UNSENT, UNKNOWN)},
        "jobs": len(evidence.rows),
        "unknown": outcomes[UNKNOWN],
        "lost": rules["lost"] + rules["unfinished"],
        "duplicated": rules["duplicate"] + rules["finished"],
        "recovered": sum(row.id in lost_jobs and row.status == "COMPLETED" for row in evidence.rows),
        "lostAttempts": evidence.lost_attempts,
        "takeoverSeconds": [round(seconds, 2) for seconds in takeover_times(evidence)],
        "violations": [asdict(violation) for violation in violations],
        "histories": {job: [asdict(event) for event in evidence.stored_events.get(job, [])] for job in concerned},
    }


def in_all(trials: list[dict]) -> dict:
    """Returns the totals of all seeds, by fault and overall."""
    faults: dict[int, dict] = {}
    for trial in trials:
        for each in trial["faults"]:
            sums = faults.setdefault(each["fault"], {"title": each["title"], "rounds": 0, **dict.fromkeys(SUMMED, 0),
                                                     "slowestTakeoverSeconds": None, "violations": 0})
            sums["rounds"] += 1
            for name in SUMMED:
                sums[name] += each[name]
            slowest = [*each["takeoverSeconds"][-1:], *filter(None, [sums["slowestTakeoverSeconds"]])]
            sums["slowestTakeoverSeconds"] = max(slowest, default=None)
            sums["violations"] += len(each["violations"])
    everything = {name: sum(sums[name] for sums in faults.values()) for name in ("rounds", *SUMMED)}
    return {"faults": faults, "sums": everything}
