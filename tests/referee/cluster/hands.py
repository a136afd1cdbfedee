"""The other end of the line to xtask, which starts, breaks and mends what the referee judges."""

import json
import socket
import threading

# A broker that starts anew takes the longest.
TIMEOUT_SECONDS = 240


class HandsFailed(Exception):
    """What was asked for could not be done."""


class Hands:
    """One request at a time; safe to use from several threads."""

    def __init__(self, address: str) -> None:
        host, _, port = address.rpartition(":")
        connection = socket.create_connection((host, int(port)), timeout=TIMEOUT_SECONDS)
        self._lines = connection.makefile("rw", encoding="utf-8", newline="\n")
        self._lock = threading.Lock()

    def start(self, name: str, archive: bool, settings: dict[str, str]) -> dict:
        """A new cluster; what it says is what `describe` says."""
        return self._ask({"do": "start", "name": name, "archive": archive, "settings": settings})

    def stop(self) -> list[dict]:
        """Drains every role; how each ended."""
        return self._ask({"do": "stop"})

    def describe(self) -> dict:
        return self._ask({"do": "describe"})

    def role(self, number: int, act: str) -> dict | None:
        """`kill`, `terminate`, `pause`, `resume`, `remove` or `start` a role."""
        return self._ask({"do": "role", "number": number, "act": act})

    def server(self, name: str, act: str) -> None:
        """`kill`, `stop`, `restart`, `wipe`, `pause` or `resume` a server; `raise-alarm`, `clear-alarm` of the broker."""
        self._ask({"do": "server", "name": name, "act": act})

    def link(self, role: int, server: str, act: str) -> None:
        """`cut`, `stall` or `heal` the way from a role to a server."""
        self._ask({"do": "link", "role": role, "server": server, "act": act})

    def queues(self) -> dict[str, dict]:
        """Messages and consumers, by the name of the queue."""
        return {queue["name"]: queue for queue in self._ask({"do": "queues"})}

    def _ask(self, request: dict):
        with self._lock:
            self._lines.write(json.dumps(request) + "\n")
            self._lines.flush()
            line = self._lines.readline()
        if not line:
            raise HandsFailed("the line to xtask is dead")
        answer = json.loads(line)
        if "error" in answer:
            raise HandsFailed(f"{request}: {answer['error']}")
        return answer["ok"]
