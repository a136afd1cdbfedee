"""JSON over HTTP with keep-alive. Errors distinguish requests that were not sent from requests without an answer."""

import http.client
import json
import urllib.parse
from dataclasses import dataclass

TIMEOUT_SECONDS = 20


class NotSent(Exception):
    """The connection failed, so the server has not received the request."""


class NoAnswer(Exception):
    """The connection broke before the answer was complete."""


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: object


class Connection:
    """One keep-alive connection to a role."""

    def __init__(self, url: str, timeout_seconds: float = TIMEOUT_SECONDS) -> None:
        parts = urllib.parse.urlsplit(url)
        self._http = http.client.HTTPConnection(parts.hostname, parts.port, timeout=timeout_seconds)

    def get(self, path: str) -> Answer:
        return self._request("GET", path, None, {})

    def post(self, path: str, body: dict | None, headers: dict[str, str] | None = None) -> Answer:
        data = None if body is None else json.dumps(body).encode()
        sent = dict(headers or {})
        if data is not None:
            sent["Content-Type"] = "application/json"
        return self._request("POST", path, data, sent)

    def close(self) -> None:
        self._http.close()

    def _request(self, method: str, path: str, data: bytes | None, headers: dict[str, str]) -> Answer:
        if self._http.sock is None:
            try:
                self._http.connect()
            except OSError as error:
                raise NotSent(str(error)) from error
        try:
            self._http.request(method, path, data, headers)
            reply = self._http.getresponse()
            text = reply.read()
            found = {name.lower(): value for name, value in reply.getheaders()}
            return Answer(reply.status, found, json.loads(text) if text else None)
        except (OSError, http.client.HTTPException, json.JSONDecodeError) as error:
            self._http.close()
            raise NoAnswer(str(error)) from error
