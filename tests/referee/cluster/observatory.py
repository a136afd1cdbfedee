"""The cluster under test, as the referee sees it: where its roles are, and whether they are ready."""

import time
from pathlib import Path

from cluster.hands import Hands
from cluster.postgres import Postgres
from wire import Connection, NoAnswer, NotSent

POLL_SECONDS = 0.1


class NotReady(Exception):
    """A role did not recover by itself."""


class ClusterObservatory:
    """What `hands` have started."""

    def __init__(self, hands: Hands, name: str, archive: bool, settings: dict[str, str]) -> None:
        self.hands = hands
        said = hands.start(name, archive, settings)
        self._roles: list[dict] = said["roles"]
        self.postgres = Postgres(said["postgres"])
        self.broker_url: str = said["rabbitmq"]
        self.redis_url: str = said["redis"]
        self.mongo_url: str | None = said["mongo"]

    def numbers(self, role: str) -> list[int]:
        """By which the hands know the processes of a role."""
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
        """How long it takes until every role is ready again."""
        begun = time.monotonic()
        for each in self._roles:
            while not _is_ready(each["url"]):
                if time.monotonic() - begun > seconds:
                    raise NotReady(f"the {each['role']} number {each['number']} is not ready after {seconds:g} s")
                time.sleep(POLL_SECONDS)
        return time.monotonic() - begun

    def _urls(self, role: str) -> list[str]:
        return [each["url"] for each in self._roles if each["role"] == role]


def _is_ready(url: str) -> bool:
    connection = Connection(url, timeout_seconds=5)
    try:
        return connection.get("/readyz").status == 200
    except (NotSent, NoAnswer):
        return False
    finally:
        connection.close()
