"""The legal transitions, written independently of the product's own table."""

STATUSES = ("SCHEDULED", "PENDING", "VALIDATED", "EXECUTING", "RETRYING", "COMPLETED", "FAILED", "CANCELLED")
TERMINAL = frozenset({"COMPLETED", "FAILED", "CANCELLED"})
TERMINAL_EVENTS = frozenset({"job.completed", "job.failed", "job.cancelled"})

# status before -> event -> status after
MOVES: dict[str, dict[str, str]] = {
    "SCHEDULED": {"job.due": "PENDING", "job.cancelled": "CANCELLED"},
    "PENDING": {"job.validated": "VALIDATED", "job.failed": "FAILED", "job.cancelled": "CANCELLED"},
    "VALIDATED": {"job.started": "EXECUTING"},
    "EXECUTING": {
        "job.progressed": "EXECUTING",
        "job.retrying": "RETRYING",
        "job.requeued": "PENDING",
        "job.completed": "COMPLETED",
        "job.failed": "FAILED",
        "job.cancelled": "CANCELLED",
    },
    "RETRYING": {"job.due": "PENDING", "job.cancelled": "CANCELLED"},
    "COMPLETED": {},
    "FAILED": {"job.requeued": "PENDING"},
    "CANCELLED": {"job.requeued": "PENDING"},
}


def is_legal(before: str | None, event: str, after: str) -> bool:
    """Returns True if `event` may move a job from `before` (None before its creation) to `after`."""
    if before is None:
        return event == "job.created" and after in ("SCHEDULED", "PENDING")
    return MOVES.get(before, {}).get(event) == after
