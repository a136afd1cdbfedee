"""Notices when the referee itself stood still: then what took long proves nothing."""

import threading
import time

from evidence import Violation

BEAT_SECONDS = 0.1
# A busy machine is no reason.
STANDSTILL_SECONDS = 3.0
# Rules that go by the clock.
TIMED = frozenset({"hang", "takeover", "heartbeat", "zombie", "accepting", "exit"})


class Pulse(threading.Thread):
    """Measures the longest time between two beats."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self._over = threading.Event()
        self.longest = 0.0

    def run(self) -> None:
        last = time.monotonic()
        while not self._over.wait(BEAT_SECONDS):
            now = time.monotonic()
            self.longest, last = max(self.longest, now - last), now

    def finish(self) -> None:
        self._over.set()
        self.join()


def believable(violations: list[Violation], longest: float) -> tuple[list[Violation], list[str]]:
    """What is left of the violations, and why there is no verdict on the rest."""
    if longest < STANDSTILL_SECONDS:
        return violations, []
    kept = [violation for violation in violations if violation.rule not in TIMED]
    dropped = len(violations) - len(kept)
    return kept, [f"the referee stood still for {longest:.1f} s; {dropped} violations are left out"] if dropped else []
