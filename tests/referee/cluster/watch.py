"""Follows what the views say while something happens."""

import threading

from gather import Reader
from wire import NoAnswer, NotSent

POLL_SECONDS = 0.2


class Watch(threading.Thread):
    """Looks at the number of all jobs: as nothing is pruned, it never falls."""

    def __init__(self, read_model: str) -> None:
        super().__init__(daemon=True)
        self._reader = Reader(read_model)
        self._over = threading.Event()
        self._most = 0
        self.regressed: str | None = None

    def run(self) -> None:
        while not self._over.wait(POLL_SECONDS):
            try:
                self.look(self._reader.views().stats["totalJobs"])
            except (RuntimeError, NoAnswer, NotSent):
                continue

    def look(self, jobs: int) -> None:
        """The views count so many jobs now."""
        if jobs < self._most and self.regressed is None:
            self.regressed = f"the views counted {self._most} jobs, and {jobs} later"
        self._most = max(self._most, jobs)

    def finish(self) -> None:
        self._over.set()
        self.join(timeout=30)
