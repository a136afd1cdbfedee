"""A reader of the live stream that resumes after every crash from the last event id."""

import http.client
import json
import threading
import urllib.parse

from urls import Announced, Rotating

TIMEOUT_SECONDS = 60


class StreamReader(threading.Thread):
    """Follows `/events/stream` and stores all received events in `events`, in the order of arrival."""

    def __init__(self, urls: Announced | Rotating) -> None:
        super().__init__(daemon=True)
        self._urls = urls
        self._last_id: str | None = None
        self._http: http.client.HTTPConnection | None = None
        self.events: list[dict] = []
        self.connections = 0
        self.last_trouble: Exception | None = None

    def finish(self) -> None:
        self._urls.finish()

    def run(self) -> None:
        while (url := self._urls.next()) is not None:
            try:
                self._read(url)
            except (OSError, http.client.HTTPException) as error:
                self.last_trouble = error
            self.connections += 1

    def _read(self, url: str) -> None:
        parts = urllib.parse.urlsplit(url)
        http_connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=TIMEOUT_SECONDS)
        # Without an id the stream would begin now; 0 requests all events.
        headers = {"Accept": "text/event-stream", "Last-Event-ID": self._last_id or "0"}
        http_connection.request("GET", "/events/stream", headers=headers)
        reply = http_connection.getresponse()
        if reply.status != 200:
            raise http.client.HTTPException(f"the stream answered {reply.status}: {reply.read(500)!r}")
        fields: dict[str, str] = {}
        while line := reply.readline():
            text = line.decode().rstrip("\r\n")
            if text:
                name, _, value = text.partition(":")
                fields[name] = value.removeprefix(" ")
            elif fields:
                self._append(fields)
                fields = {}

    def _append(self, fields: dict[str, str]) -> None:
        """Stores an event and its id together, once it is complete."""
        if "data" in fields and "id" in fields:
            self.events.append(json.loads(fields["data"]))
            self._last_id = fields["id"]
