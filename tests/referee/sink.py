"""The HTTP server that `http.request` jobs call. It counts the calls per reference.

A call to `/effects/REF` is answered at once, one to `/slow/MS/REF` after `MS` milliseconds. The answer contains the
number of the call for its reference, so that a job's result identifies its attempt. A trial can set `trap`, which is
called with the path and the client's port.
"""

import json
import threading
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Callable


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """Ignores errors: clients are killed during calls on purpose."""


class Sink:
    """A server on a free loopback port."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._calls: Counter = Counter()
        self._arrivals: dict[str, list[float]] = {}
        self._tokens: dict[str, set[str]] = {}
        self.trap: Callable[[str, int], None] | None = None
        self._server = _Server(("127.0.0.1", 0), self._handler())
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def port(self) -> int:
        return self._server.server_address[1]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def calls(self) -> Counter:
        with self._lock:
            return Counter(self._calls)

    def arrivals(self) -> dict[str, list[float]]:
        """Returns the times of the calls of each reference, in seconds since the epoch."""
        with self._lock:
            return {ref: list(times) for ref, times in self._arrivals.items()}

    def tokens(self) -> dict[str, set[str]]:
        """Returns the idempotency tokens in the calls of each reference."""
        with self._lock:
            return {ref: set(tokens) for ref, tokens in self._tokens.items()}

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _record(self, path: str, token: str | None) -> int:
        """Counts a call and returns its number for its reference."""
        ref = path.rsplit("/", 1)[-1]
        with self._lock:
            self._calls[ref] += 1
            self._arrivals.setdefault(ref, []).append(time.time())
            if token is not None:
                self._tokens.setdefault(ref, set()).add(token)
            return self._calls[ref]

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        sink = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length", 0)))
                call = sink._record(self.path, self.headers.get("Idempotency-Key"))
                if sink.trap is not None:
                    sink.trap(self.path, self.client_address[1])
                if self.path.startswith("/slow/"):
                    time.sleep(int(self.path.split("/")[2]) / 1000)
                body = json.dumps({"call": call}).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.send_header("Content-Type", "application/json")
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        return Handler
