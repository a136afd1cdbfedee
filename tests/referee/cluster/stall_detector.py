"""Detects stalls of the referee itself, during which measured times are meaningless."""

import threading
import time

from evidence import Violation

TICK_SECONDS = 0.1
# Shorter pauses occur on a busy machine.
STALL_SECONDS = 3.0
# Rules that depend on measured times.
TIMED = frozenset({"hang", "takeover", "heartbeat", "zombie", "accepting", "exit"})


class StallDetector(threading.Thread):
    """Measures the longest time between two ticks."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self._is_finished = threading.Event()
        self.longest = 0.0

    def run(self) -> None:
        last = time.monotonic()
        while not self._is_finished.wait(TICK_SECONDS):
            now = time.monotonic()
            self.longest, last = max(self.longest, now - last), now

    def finish(self) -> None:
        self._is_finished.set()
        self.join()


def without_stalls(violations: list[Violation], longest: float) -> tuple[list[Violation], list[str]]:
    """Removes the violations that a stall can cause. Returns the others, and a message about the removed ones."""
    if longest < STALL_SECONDS:
        return violations, []
    kept = [violation for violation in violations if violation.rule not in TIMED]
    dropped = len(violations) - len(kept)
    return kept, [f"the referee stalled for {longest:.1f} s; {dropped} violations are ignored"] if dropped else []
