"""Faults 15 and 16: Redis and MongoDB lose what they hold, die, or hang."""

import time
from typing import Iterator

from cluster.archive import archived_events
from cluster.evidence import ClusterEvidence
from cluster.scene import Fault, Scene
from evidence import Violation
from gather import Reader
from wire import Connection, NoAnswer, NotSent

REBUILT_SECONDS = 30
# The archive takes events one by one where it is FerretDB.
ARCHIVED_SECONDS = 90
ANSWER_SECONDS = 5
POLL_SECONDS = 0.2


def strike_redis(scene: Scene) -> None:
    _hurt(scene, "redis", "kill", "restart")
    _hurt(scene, "redis", "pause", "resume")
    scene.server("redis", "wipe")
    scene.pause(0.5, 1.0)


def strike_mongo(scene: Scene) -> None:
    _hurt(scene, "mongo", "kill", "restart")
    _hurt(scene, "mongo", "pause", "resume")
    scene.server("mongo", "wipe")
    scene.pause(0.5, 1.0)


def _hurt(scene: Scene, server: str, act: str, undo: str) -> None:
    """Answers about jobs do not depend on it."""
    entry = scene.submit([{"type": "echo"}])
    scene.server(server, act)
    scene.pause(0.5, 1.0)
    for path in (f"/jobs/{entry.ids[0]}", "/jobs?limit=5"):
        _ask(scene, server, act, path)
    scene.server(server, undo)
    scene.pause(0.3, 0.8)


def _ask(scene: Scene, server: str, act: str, path: str) -> None:
    connection = Connection(scene.observatory.read_model, timeout_seconds=ANSWER_SECONDS)
    try:
        status = connection.get(path).status
    except (NotSent, NoAnswer) as error:
        scene.find("jobs", f"after `{act}` of {server}, GET {path} is not answered: {error}")
    else:
        if status != 200:
            scene.find("jobs", f"after `{act}` of {server}, GET {path} is answered with {status}")
    finally:
        connection.close()


def rebuilt_equal(scene: Scene, _evidence: ClusterEvidence) -> Iterator[Violation]:
    """Views that were lost while nothing moved come back as they were."""
    before = _figures(scene)
    scene.server("redis", "wipe")
    begun = time.monotonic()
    while (after := _figures(scene)) != before:
        if time.monotonic() > begun + REBUILT_SECONDS:
            yield Violation("views", f"rebuilt views differ after {REBUILT_SECONDS} s: {before} became {after}")
            return
        time.sleep(POLL_SECONDS)
    scene.notes["rebuiltSeconds"] = round(time.monotonic() - begun, 2)


def _figures(scene: Scene) -> dict | str:
    """What the views count, without what goes with the time of day."""
    try:
        views = Reader(scene.observatory.read_model).views()
    except (RuntimeError, NoAnswer, NotSent) as error:
        return f"unavailable: {error}"
    stats = {name: value for name, value in views.stats.items() if name != "asOf"}
    return {"stats": stats, "statuses": {name: count for name, count in views.statuses.items() if count}}


def archived(scene: Scene, _evidence: ClusterEvidence) -> Iterator[Violation]:
    """The archive holds each event of the log, once."""
    wanted = scene.observatory.postgres.value("SELECT count(*) FROM job_events")
    begun = time.monotonic()
    while (held := archived_events(scene.observatory.mongo_url)) != wanted:
        if time.monotonic() > begun + ARCHIVED_SECONDS:
            if held is None:
                raise RuntimeError(f"the archive cannot be counted after {ARCHIVED_SECONDS} s")
            yield Violation("archive", f"the archive holds {held} events after {ARCHIVED_SECONDS} s, the log {wanted}")
            return
        time.sleep(1)
    scene.notes["archivedSeconds"] = round(time.monotonic() - begun, 2)


FAULTS = (
    Fault(15, "Redis is killed, hangs, loses its data", strike_redis, examine=rebuilt_equal),
    Fault(16, "MongoDB is killed, hangs, loses its data", strike_mongo, examine=archived, needs_archive=True),
)
