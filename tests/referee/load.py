"""Client threads that submit jobs while the observatory is up, and wait while it is down."""

import threading
import time
from typing import Callable

from history import ACCEPTED, COMMAND, REFUSED, UNKNOWN, UNSENT, Entry, History
from urls import Announced, Rotating
from wire import Connection, NoAnswer, NotSent
from workload import Request, Workload


def send(connection: Connection, history: History, request: Request, repeats: int | None = None) -> Entry:
    """Records the intent, sends the request and records the outcome."""
    entry = history.intend(request.path, request.body, request.refs, request.key, repeats, request.expected)
    headers = {} if request.key is None else {"Idempotency-Key": request.key}
    try:
        answer = connection.post(request.path, request.body or None, headers)
    except NotSent:
        history.conclude(entry, UNSENT, None, [])
    except NoAnswer:
        history.conclude(entry, UNKNOWN, None, [])
    else:
        outcome = _outcome(answer.status)
        status = answer.body["status"] if outcome == ACCEPTED and request.expected == COMMAND else None
        history.conclude(entry, outcome, answer.status, _ids(answer.status, answer.body), status)
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
    """Returns True if a cancellation that follows at once can arrive before the job ends."""
    return "delayMs" in request.body or request.body.get("type") == "sleep"


class Submitter(threading.Thread):
    """One client. After a broken connection it continues with its next URL."""

    def __init__(
        self, history: History, workload: Workload, urls: Announced | Rotating, pause_seconds: float = 0.0,
    ) -> None:
        super().__init__(daemon=True)
        self._history = history
        self._workload = workload
        self._urls = urls
        self.pause_seconds = pause_seconds
        self._is_finished = False
        self.accepted: list[str] = []
        self.trouble: BaseException | None = None

    def finish(self) -> None:
        self._is_finished = True
        self._urls.finish()
        self.join()

    def run(self) -> None:
        try:
            while (url := self._urls.next()) is not None:
                self._submit_until_broken(Connection(url))
        except BaseException as error:  # the trial raises it: without load it must not pass
            self.trouble = error

    def _submit_until_broken(self, connection: Connection) -> None:
        while not self._is_finished:
            request = self._workload.next()
            entry = send(connection, self._history, request)
            if entry.outcome in (UNKNOWN, UNSENT) and entry.status is None:
                break
            if entry.outcome == ACCEPTED:
                self.accepted.append(self._workload.pick(entry.ids))
                if not self._follow_up(connection, request, entry):
                    break
            time.sleep(self.pause_seconds)
        connection.close()

    def _follow_up(self, connection: Connection, request: Request, entry: Entry) -> bool:
        """Randomly repeats the request, reuses its key for another body, or sends a command to an earlier job."""
        steps: list[Callable[[], Entry]] = []
        if entry.is_repeatable and self._workload.chance(0.05):
            steps.append(lambda: send(connection, self._history, request, repeats=entry.number))
        if request.key is not None and self._workload.chance(0.03):
            steps.append(lambda: send(connection, self._history, self._workload.conflicting(request)))
        if self._workload.chance(0.05):
            job, verb = self._workload.pick(self.accepted[-200:]), self._workload.pick(["cancel", "retry"])
            steps.append(lambda: self._command(connection, job, verb))
        if lasts_a_while(request) and self._workload.chance(0.25):
            steps.append(lambda: self._command(connection, entry.ids[0], "cancel"))
        return all(step().status is not None for step in steps)

    def _command(self, connection: Connection, job: str, verb: str) -> Entry:
        return send(connection, self._history, self._workload.command(job, verb))
