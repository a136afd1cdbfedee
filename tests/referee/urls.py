"""Where a client connects next: it asks again whenever its connection broke."""

import itertools
import threading
from typing import Iterable


class Announced:
    """One process after another: each has a URL of its own, and in between there is nobody to connect to."""

    def __init__(self) -> None:
        self._wake = threading.Condition()
        self._url: str | None = None
        self._over = False

    def announce(self, url: str) -> None:
        """A process runs at `url`."""
        with self._wake:
            self._url = url
            self._wake.notify()

    def finish(self) -> None:
        with self._wake:
            self._over = True
            self._wake.notify()

    def next(self) -> str | None:
        """The URL of the next process, or None at the end."""
        with self._wake:
            self._wake.wait_for(lambda: self._over or self._url is not None)
            url, self._url = self._url, None
            return None if self._over else url


class Rotating:
    """Several processes at lasting URLs: whoever met a dead one goes on with the next, after a short pause."""

    PAUSE_SECONDS = 0.05

    def __init__(self, urls: Iterable[str]) -> None:
        self._urls = itertools.cycle(urls)
        self._over = threading.Event()
        self._pause = 0.0

    def finish(self) -> None:
        self._over.set()

    def next(self) -> str | None:
        pause, self._pause = self._pause, self.PAUSE_SECONDS
        return None if self._over.wait(pause) else next(self._urls)
