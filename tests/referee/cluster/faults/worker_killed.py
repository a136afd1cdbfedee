"""Fault 3: workers are killed at random moments of an attempt."""

from cluster.context import Fault, Context

KILLS = 3


def inject(context: Context) -> None:
    naps = [{"type": "sleep", "payload": {"ms": context.random.randint(500, 3_000)}, "maxAttempts": 5} for _ in range(60)]
    context.submit(naps)
    for _ in range(KILLS):
        context.pause(0.2, 1.2)
        context.role(context.pick("processor"), "kill")


FAULT = Fault(3, "a worker is killed", inject, loses_attempts=True, must_lose_attempts=True)
