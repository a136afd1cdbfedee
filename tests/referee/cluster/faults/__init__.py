"""The faults, by their numbers in the plan; what one does is in a module of its own."""

from cluster.faults import worker_killed
from cluster.scene import Fault

FAULTS: dict[int, Fault] = {fault.number: fault for fault in (worker_killed.FAULT,)}
