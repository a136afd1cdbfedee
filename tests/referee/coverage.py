"""Whether a trial saw enough for its verdict to mean something."""

# For each round; usual ones have many times as much.
LEAST = {"accepted": 5, "refused": 0.2, "commands": 0.1, "jobs": 20, "effects": 1, "lostAttempts": 1, "logs": 0.2}


def shortfalls(report: dict) -> list[str]:
    """What there was too little of; a trial without a round has too little of everything."""
    counts = {**report, **report["requests"]}
    rounds = max(1, report["rounds"])
    return [
        f"{name}: {counts[name]} in {rounds} rounds, at least {least * rounds:g} are needed"
        for name, least in LEAST.items()
        if counts[name] < least * rounds
    ]
