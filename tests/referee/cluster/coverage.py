"""Whether a round on a cluster saw enough for its verdict to mean something."""

from cluster.scene import Fault

LEAST = {"faults": 1, "jobs": 40, "accepted": 10}


def shortfalls(fault: Fault, said: dict) -> list[str]:
    """What there was too little of."""
    counts = {**said, **said["requests"]}
    least = {**LEAST, **({"lostAttempts": 1, "recovered": 1} if fault.must_lose_attempts else {})}
    return [f"fault {fault.number}: {name}: {counts[name]}, at least {wanted} are needed"
            for name, wanted in least.items() if counts[name] < wanted]
