"""The cluster under test: its addresses, logs and readiness."""

import time
from pathlib import Path

from cluster.nemesis import Nemesis
from cluster.postgres import Postgres
from wire import Connection, NoAnswer, NotSent

POLL_SECONDS = 0.1


class NotReady(Exception):
    """A role did not become ready again."""


class ClusterObservatory:
    """A cluster that the nemesis has started."""

    def __init__(self, nemesis: Nemesis, name: str, archive: bool, older: bool, settings: dict[str, str]) -> None:
        self.nemesis = nemesis
        description = nemesis.start(name, archive, older, settings)
        self._roles: list[dict] = description["roles"]
        self.postgres = Postgres(description["postgres"])
        self.broker_url: str = description["rabbitmq"]
        self.redis_url: str = description["redis"]
        self.mongo_url: str | None = description["mongo"]

    @property
    def binary(self) -> str:
        """Returns the path of the program that a gateway runs at present."""
        return _binary(self.nemesis.describe()["roles"])

    @property
    def is_first_version(self) -> bool:
        """Returns True unless a gateway runs another program than at the start of the cluster."""
        return self.binary == _binary(self._roles)

    def numbers(self, role: str) -> list[int]:
        """Returns the numbers of the processes of a role."""
        return [each["number"] for each in self._roles if each["role"] == role]

    def url(self, number: int) -> str:
        return self._roles[number]["url"]

    @property
    def gateways(self) -> list[str]:
        return self._urls("gateway")

    @property
    def read_model(self) -> str:
        return self._urls("read-model")[0]

    def log(self, number: int) -> str:
        return Path(self._roles[number]["log"]).read_text(errors="replace")

    def panics(self) -> list[str]:
        logs = [self.log(each["number"]) for each in self._roles]
        return [line for log in logs for line in log.splitlines() if "panicked at" in line]

    def await_ready(self, seconds: float) -> float:
        """Waits until every role is ready, and returns the seconds that it took."""
        started = time.monotonic()
        for each in self._roles:
            while not _is_ready(each["url"]):
                if time.monotonic() - started > seconds:
                    raise NotReady(f"the {each['role']} number {each['number']} is not ready after {seconds:g} s")
                time.sleep(POLL_SECONDS)
        return time.monotonic() - started

    def _urls(self, role: str) -> list[str]:
        return [each["url"] for each in self._roles if each["role"] == role]


def _binary(roles: list[dict]) -> str:
    return next(each["binary"] for each in roles if each["role"] == "gateway")


def _is_ready(url: str) -> bool:
    connection = Connection(url, timeout_seconds=5)
    try:
        return connection.get("/readyz").status == 200
    except (NotSent, NoAnswer):
        return False
    finally:
        connection.close()
