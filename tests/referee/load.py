"""Threads that submit while the observatory lives, and wait while it does not."""

import threading
from typing import Callable

from ledger import ACCEPTED, REFUSED, UNKNOWN, UNSENT, Entry, Ledger
from wire import Connection, NoAnswer, NotSent
from workload import Request, Workload


def send(connection: Connection, ledger: Ledger, request: Request, repeats: int | None = None) -> Entry:
    """Intent, POST, outcome."""
    entry = ledger.intend(request.path, request.body, request.refs, request.key, repeats)
    headers = {} if request.key is None else {"Idempotency-Key": request.key}
    try:
        answer = connection.post(request.path, request.body, headers)
    except NotSent:
        ledger.conclude(entry, UNSENT, None, [])
    except NoAnswer:
        ledger.conclude(entry, UNKNOWN, None, [])
    else:
        ledger.conclude(entry, _outcome(answer.status), answer.status, _ids(answer.status, answer.body))
    return entry


def _outcome(status: int) -> str:
    if 200 <= status < 300:
        return ACCEPTED
    return REFUSED if 400 <= status < 500 else UNKNOWN


def _ids(status: int, body) -> list[str]:
    if not 200 <= status < 300:
        return []
    return [job["id"] for job in body["jobs"]] if "jobs" in body else [body["id"]]


def lasts_a_while(request: Request) -> bool:
    """Whether a cancellation that follows at once has a chance to come in time."""
    return "delayMs" in request.body or request.body.get("type") == "sleep"


class Submitter(threading.Thread):
    """One client. It pauses after a broken connection until it is told of a new process."""

    def __init__(self, ledger: Ledger, workload: Workload) -> None:
        super().__init__(daemon=True)
        self._ledger = ledger
        self._workload = workload
        self._wake = threading.Condition()
        self._url: str | None = None
        self._over = False
        self.accepted: list[str] = []
        self.trouble: BaseException | None = None

    def connect(self, url: str) -> None:
        """The observatory runs at `url`."""
        with self._wake:
            self._url = url
            self._wake.notify()

    def finish(self) -> None:
        with self._wake:
            self._over = True
            self._wake.notify()
        self.join()

    def run(self) -> None:
        try:
            while (url := self._next_url()) is not None:
                self._submit_until_broken(Connection(url))
        except BaseException as error:  # shown by the trial, which must not pass without its load
            self.trouble = error

    def _next_url(self) -> str | None:
        with self._wake:
            self._wake.wait_for(lambda: self._over or self._url is not None)
            url, self._url = self._url, None
            return None if self._over else url

    def _submit_until_broken(self, connection: Connection) -> None:
        while not self._over:
            request = self._workload.next()
            entry = send(connection, self._ledger, request)
            if entry.outcome in (UNKNOWN, UNSENT) and entry.status is None:
                break
            if entry.outcome == ACCEPTED:
                self.accepted.append(self._workload.pick(entry.ids))
                if not self._follow_up(connection, request, entry):
                    break
        connection.close()

    def _follow_up(self, connection: Connection, request: Request, entry: Entry) -> bool:
        """Now and then: the same again, the same key for something else, a command to an earlier job."""
        steps: list[Callable[[], Entry | None]] = []
        if entry.is_repeatable and self._workload.chance(0.05):
            steps.append(lambda: send(connection, self._ledger, request, repeats=entry.number))
        if request.key is not None and self._workload.chance(0.03):
            steps.append(lambda: send(connection, self._ledger, self._workload.conflicting(request)))
        if self._workload.chance(0.05):
            steps.append(lambda: self._command(connection))
        if lasts_a_while(request) and self._workload.chance(0.25):
            steps.append(lambda: self._cancel(connection, entry))
        for step in steps:
            try:
                done = step()
            except (NotSent, NoAnswer):
                return False
            if done is not None and done.status is None:
                return False
        return True

    @staticmethod
    def _cancel(connection: Connection, entry: Entry) -> None:
        connection.post(f"/jobs/{entry.ids[0]}/cancel", None)

    def _command(self, connection: Connection) -> None:
        verb = self._workload.pick(["cancel", "retry"])
        connection.post(f"/jobs/{self._workload.pick(self.accepted[-200:])}/{verb}", None)
