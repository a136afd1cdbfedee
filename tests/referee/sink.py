"""Where `http.request` jobs have their effect: counts the calls per reference."""

import threading
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """Callers are killed in the middle of a call; that is what they are here for."""


class Sink:
    """A server on a free loopback port."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._calls: Counter = Counter()
        self._tokens: dict[str, set[str]] = {}
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

    def tokens(self) -> dict[str, set[str]]:
        """The idempotency tokens that came with the calls of each reference."""
        with self._lock:
            return {ref: set(tokens) for ref, tokens in self._tokens.items()}

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _record(self, path: str, token: str | None) -> None:
        ref = path.rsplit("/", 1)[-1]
        with self._lock:
            self._calls[ref] += 1
            if token is not None:
                self._tokens.setdefault(ref, set()).add(token)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        sink = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length", 0)))
                sink._record(self.path, self.headers.get("Idempotency-Key"))
                self.send_response(200)
                self.send_header("Content-Length", "2")
                self.send_header("Content-Type", "application/json")
                self.end_headers()
                self.wfile.write(b"{}")

            def log_message(self, *_: object) -> None:
                pass

        return Handler
