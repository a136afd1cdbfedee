"""Faults 26 and 27: a newer version replaces an older one, role after role under load, and the other way round."""

from typing import Iterable

from cluster.context import Fault, Context
from cluster.faults.drained import terminate
from history import ACCEPTED

# The order of docs/guides/upgrade.md; the way back has the reverse order.
ORDER = ("metrics-engine", "read-model", "processor", "gateway", "web", "web-pty")

# A metrics-engine reads the whole history before it is ready, if the other version has another format of the views.
READY_SECONDS = 60


def upgrade(context: Context) -> None:
    _replace(context, ORDER, "upgrade")


def downgrade(context: Context) -> None:
    if context.observatory.is_first_version:  # fault 26 is not part of the run
        upgrade(context)
    _replace(context, reversed(ORDER), "downgrade")


def _replace(context: Context, roles: Iterable[str], act: str) -> None:
    observatory = context.observatory
    for number in [number for role in roles for number in observatory.numbers(role)]:
        # So that processors of both versions have running jobs when one is replaced.
        context.submit([{"type": "sleep", "payload": {"ms": context.random.randint(500, 4_000)}} for _ in range(20)])
        context.pause(0.5, 1.5)
        terminate(context, number, act)
        if number in observatory.numbers("gateway"):
            _submit_to_another(context, number)
        observatory.await_ready(READY_SECONDS)


def _submit_to_another(context: Context, number: int) -> None:
    """Checks that another gateway accepts jobs while this one starts."""
    gateways = context.observatory.numbers("gateway")
    other = (gateways.index(number) + 1) % len(gateways)
    if context.submit([{"type": "echo"}], other).outcome != ACCEPTED:
        context.find("accepting", f"the other gateway accepted no job while gateway number {number} was replaced")


FAULTS = (
    Fault(26, "each role is upgraded", upgrade, needs_older=True),
    Fault(27, "each role is downgraded", downgrade, needs_older=True),
)
