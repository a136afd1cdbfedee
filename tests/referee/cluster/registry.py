"""The faults by number."""

from cluster.faults import (
    broker, connections, database, drained, messages, poison, projections, roles_killed, upgraded, worker_killed,
    worker_stopped,
)
from cluster.context import Fault

FAULTS: dict[int, Fault] = {
    fault.number: fault
    for fault in (
        *roles_killed.FAULTS, worker_killed.FAULT, *broker.FAULTS, *database.FAULTS, *projections.FAULTS,
        worker_stopped.FAULT, *messages.FAULTS, poison.FAULT, connections.FAULT, drained.FAULT,
        *upgraded.FAULTS,
    )
}
