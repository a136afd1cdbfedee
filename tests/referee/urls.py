"""Sources of URLs for clients, which request the next one after a broken connection."""

import itertools
import threading
from typing import Iterable


class Announced:
    """A sequence of processes with different URLs, and without a URL between two of them."""

    def __init__(self) -> None:
        self._wake = threading.Condition()
        self._url: str | None = None
        self._is_finished = False

    def announce(self, url: str) -> None:
        """Passes the URL of a new process to the client."""
        with self._wake:
            self._url = url
            self._wake.notify()

    def finish(self) -> None:
        with self._wake:
            self._is_finished = True
            self._wake.notify()

    def next(self) -> str | None:
        """Waits for the URL of the next process. Returns None at the end."""
        with self._wake:
            self._wake.wait_for(lambda: self._is_finished or self._url is not None)
            url, self._url = self._url, None
            return None if self._is_finished else url


class Rotating:
    """Several processes with permanent URLs. A client continues with the next one after a short pause."""

    PAUSE_SECONDS = 0.05

    def __init__(self, urls: Iterable[str]) -> None:
        self._urls = itertools.cycle(urls)
        self._is_finished = threading.Event()
        self._pause = 0.0

    def finish(self) -> None:
        self._is_finished.set()

    def next(self) -> str | None:
        pause, self._pause = self._pause, self.PAUSE_SECONDS
        return None if self._is_finished.wait(pause) else next(self._urls)
