"""Observes the views during a fault."""

import threading

from gather import Reader
from wire import NoAnswer, NotSent

POLL_SECONDS = 0.2


class Watch(threading.Thread):
    """Polls the number of all jobs, which must never fall because nothing is pruned."""

    def __init__(self, read_model: str) -> None:
        super().__init__(daemon=True)
        self._reader = Reader(read_model)
        self._is_finished = threading.Event()
        self._most = 0
        self.regressed: str | None = None

    def run(self) -> None:
        while not self._is_finished.wait(POLL_SECONDS):
            try:
                self.record(self._reader.views().stats["totalJobs"])
            except (RuntimeError, NoAnswer, NotSent):
                continue

    def record(self, jobs: int) -> None:
        """Compares the number of jobs with the largest one so far."""
        if jobs < self._most and self.regressed is None:
            self.regressed = f"the views counted {self._most} jobs, and {jobs} later"
        self._most = max(self._most, jobs)

    def finish(self) -> None:
        self._is_finished.set()
        self.join(timeout=30)
