"""Fault 25: each role is terminated under load."""

from cluster.context import Fault, Context

# Running jobs have 10 s to end, and the recording of their results another 10 s.
LONGEST_SECONDS = 25


def inject(context: Context) -> None:
    context.submit([{"type": "sleep", "payload": {"ms": context.random.randint(500, 4_000)}} for _ in range(40)])
    roles = [number for role in ("gateway", "processor", "metrics-engine", "read-model")
             for number in context.observatory.numbers(role)]
    context.random.shuffle(roles)
    for number in roles:
        context.pause(0.1, 0.5)
        terminate(context, number)


def terminate(context: Context, number: int, act: str = "terminate") -> None:
    """Executes an act that begins with SIGTERM, and checks how the role ends."""
    end = context.role(number, act)
    if end["code"] != 0 or end["seconds"] > LONGEST_SECONDS:
        context.find("exit", f"SIGTERM ended a role under load with {end}")
    context.notes.setdefault("seconds", []).append(round(end["seconds"], 2))


FAULT = Fault(25, "each role is terminated", inject)
