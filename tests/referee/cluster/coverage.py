"""Checks that a round on a cluster produced enough events for a meaningful verdict."""

from cluster.context import Fault

LEAST = {"faults": 1, "jobs": 40, "accepted": 10}


def shortfalls(fault: Fault, report: dict) -> list[str]:
    """Returns the counts below the minimum."""
    counts = {**report, **report["requests"]}
    least = {**LEAST, **({"lostAttempts": 1, "recovered": 1} if fault.must_lose_attempts else {})}
    return [f"fault {fault.number}: {name}: {counts[name]}, at least {minimum} are needed"
            for name, minimum in least.items() if counts[name] < minimum]
