"""The client of the nemesis in xtask, which starts clusters, injects faults and ends them."""

import json
import socket
import threading

# The restart of a broker takes the longest.
TIMEOUT_SECONDS = 240


class NemesisFailed(Exception):
    """The nemesis could not execute a request."""


class Nemesis:
    """Sends one request at a time. Thread-safe."""

    def __init__(self, address: str) -> None:
        host, _, port = address.rpartition(":")
        connection = socket.create_connection((host, int(port)), timeout=TIMEOUT_SECONDS)
        self._lines = connection.makefile("rw", encoding="utf-8", newline="\n")
        self._lock = threading.Lock()

    def start(self, name: str, archive: bool, older: bool, settings: dict[str, str]) -> dict:
        """Starts a new cluster, with `older` of the older version, and returns its description, as `describe` does."""
        return self._request({"do": "start", "name": name, "archive": archive, "older": older, "settings": settings})

    def stop(self) -> list[dict]:
        """Drains every role and returns how each ended."""
        return self._request({"do": "stop"})

    def describe(self) -> dict:
        return self._request({"do": "describe"})

    def role(self, number: int, act: str) -> dict | None:
        """Executes `kill`, `terminate`, `upgrade`, `downgrade`, `pause`, `resume`, `remove` or `start` for a role."""
        return self._request({"do": "role", "number": number, "act": act})

    def server(self, name: str, act: str) -> None:
        """Executes `kill`, `stop`, `restart`, `wipe`, `pause` or `resume`; for the broker `raise-alarm`, `clear-alarm`."""
        self._request({"do": "server", "name": name, "act": act})

    def proxy(self, role: int, server: str, act: str) -> None:
        """Executes `cut`, `stall` or `heal` for the connections from a role to a server."""
        self._request({"do": "proxy", "role": role, "server": server, "act": act})

    def queues(self) -> dict[str, dict]:
        """Returns the numbers of messages and consumers by queue name."""
        return {queue["name"]: queue for queue in self._request({"do": "queues"})}

    def _request(self, request: dict):
        with self._lock:
            self._lines.write(json.dumps(request) + "\n")
            self._lines.flush()
            line = self._lines.readline()
        if not line:
            raise NemesisFailed("the connection to xtask is closed")
        answer = json.loads(line)
        if "error" in answer:
            raise NemesisFailed(f"{request}: {answer['error']}")
        return answer["ok"]
