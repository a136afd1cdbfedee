"""Checks that a trial produced enough events for a meaningful verdict."""

# Required per round. Usual rounds have many times more.
LEAST = {"accepted": 5, "refused": 0.2, "commands": 0.1, "jobs": 20, "effects": 1, "lostAttempts": 1, "logs": 0.2}


def shortfalls(report: dict) -> list[str]:
    """Returns the counts below the minimum. A trial without a round has too little of everything."""
    counts = {**report, **report["requests"]}
    rounds = max(1, report["rounds"])
    return [
        f"{name}: {counts[name]} in {rounds} rounds, at least {least * rounds:g} are needed"
        for name, least in LEAST.items()
        if counts[name] < least * rounds
    ]
