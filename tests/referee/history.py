"""The history of the requests: what the referee was about to send, and how it was answered.

The file has one JSON object per line: an intent before each POST, an outcome after it. Each line is flushed to disk
before the next step.
"""

import json
import os
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

ACCEPTED = "accepted"  # answered 2xx
REFUSED = "refused"  # answered 4xx: it must have no effect
UNSENT = "unsent"  # no connection was made
UNKNOWN = "unknown"  # no answer, or 5xx: zero or one effect

VALID = "valid"  # follows the contract
INVALID = "invalid"  # violates the contract
COMMAND = "command"  # to a job in an unknown status


@dataclass
class Entry:
    """One request: its intent and, unless the referee was interrupted, its outcome."""

    number: int
    path: str
    body: dict
    refs: list[str]
    key: str | None = None
    repeats: int | None = None
    outcome: str = UNKNOWN
    status: int | None = None
    ids: list[str] = field(default_factory=list)
    expected: str = VALID
    job_status: str | None = None  # in the answer to a command
    sent_at: float = 0.0  # seconds since the epoch
    concluded_at: float | None = None

    @property
    def is_repeatable(self) -> bool:
        """Returns True if sending the request again must not create a second job."""
        return self.expected != COMMAND and (self.key is not None or all("id" in job for job in self.jobs))

    @property
    def jobs(self) -> list[dict]:
        return self.body["jobs"] if "jobs" in self.body else [self.body]


class History:
    """Append-only file of intents and outcomes; safe to use from several threads."""

    def __init__(self, path: Path) -> None:
        self._file = open(path, "ab")
        self._lock = threading.Lock()
        self._next = 0

    def intend(
        self, path: str, body: dict, refs: list[str], key: str | None, repeats: int | None = None,
        expected: str = VALID,
    ) -> Entry:
        with self._lock:
            self._next += 1
            entry = Entry(self._next, path, body, refs, key, repeats, expected=expected, sent_at=time.time())
        self._append(
            {"what": "intent", "number": entry.number, "path": path, "body": body, "refs": refs, "key": key,
             "repeats": repeats, "expected": expected, "sent_at": entry.sent_at}
        )
        return entry

    def conclude(
        self, entry: Entry, outcome: str, status: int | None, ids: list[str], job_status: str | None = None,
    ) -> None:
        outcome = {"outcome": outcome, "status": status, "ids": ids, "job_status": job_status,
                   "concluded_at": time.time()}
        vars(entry).update(outcome)
        self._append({"what": "outcome", "number": entry.number, **outcome})

    def close(self) -> None:
        self._file.close()

    def _append(self, line: dict) -> None:
        data = json.dumps(line, separators=(",", ":")).encode() + b"\n"
        with self._lock:
            self._file.write(data)
            self._file.flush()
            os.fsync(self._file.fileno())


def read(path: Path) -> list[Entry]:
    """Reads the entries of a history file, in the order of their intents."""
    entries: dict[int, Entry] = {}
    for text in path.read_text().splitlines():
        line = json.loads(text)
        what, number = line.pop("what"), line.pop("number")
        if what == "intent":
            entries[number] = Entry(number, **line)
        else:
            vars(entries[number]).update(line)
    return [entries[number] for number in sorted(entries)]
