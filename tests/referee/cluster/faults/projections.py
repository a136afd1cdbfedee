"""Faults 15 and 16: Redis and MongoDB are killed, hang, or lose their data."""

import time
from typing import Iterator

from cluster.archive import archived_events
from cluster.evidence import ClusterEvidence
from cluster.context import Fault, Context
from evidence import Violation
from gather import Reader
from wire import Connection, NoAnswer, NotSent

REBUILT_SECONDS = 30
# FerretDB inserts events one by one.
ARCHIVED_SECONDS = 90
ANSWER_SECONDS = 5
POLL_SECONDS = 0.2


def inject_redis(context: Context) -> None:
    _inject_and_check(context, "redis", "kill", "restart")
    _inject_and_check(context, "redis", "pause", "resume")
    context.server("redis", "wipe")
    context.pause(0.5, 1.0)


def inject_mongo(context: Context) -> None:
    _inject_and_check(context, "mongo", "kill", "restart")
    _inject_and_check(context, "mongo", "pause", "resume")
    context.server("mongo", "wipe")
    context.pause(0.5, 1.0)


def _inject_and_check(context: Context, server: str, act: str, undo: str) -> None:
    """Injects a fault and checks that answers about jobs do not depend on the server."""
    entry = context.submit([{"type": "echo"}])
    context.server(server, act)
    context.pause(0.5, 1.0)
    for path in (f"/jobs/{entry.ids[0]}", "/jobs?limit=5"):
        _check_answer(context, server, act, path)
    context.server(server, undo)
    context.pause(0.3, 0.8)


def _check_answer(context: Context, server: str, act: str, path: str) -> None:
    connection = Connection(context.observatory.read_model, timeout_seconds=ANSWER_SECONDS)
    try:
        status = connection.get(path).status
    except (NotSent, NoAnswer) as error:
        context.find("jobs", f"after `{act}` of {server}, GET {path} is not answered: {error}")
    else:
        if status != 200:
            context.find("jobs", f"after `{act}` of {server}, GET {path} is answered with {status}")
    finally:
        connection.close()


def rebuilt_equal(context: Context, _evidence: ClusterEvidence) -> Iterator[Violation]:
    """Checks that views that are lost without load are rebuilt with equal figures."""
    before = _figures(context)
    context.server("redis", "wipe")
    started = time.monotonic()
    while (after := _figures(context)) != before:
        if time.monotonic() > started + REBUILT_SECONDS:
            yield Violation("views", f"rebuilt views differ after {REBUILT_SECONDS} s: {before} became {after}")
            return
        time.sleep(POLL_SECONDS)
    context.notes["rebuiltSeconds"] = round(time.monotonic() - started, 2)


def _figures(context: Context) -> dict | str:
    """Returns the counts of the views, without times."""
    try:
        views = Reader(context.observatory.read_model).views()
    except (RuntimeError, NoAnswer, NotSent) as error:
        return f"unavailable: {error}"
    stats = {name: value for name, value in views.stats.items() if name != "asOf"}
    return {"stats": stats, "statuses": {name: count for name, count in views.statuses.items() if count}}


def archived(context: Context, _evidence: ClusterEvidence) -> Iterator[Violation]:
    """Checks that the archive contains each event of the log once."""
    expected = context.observatory.postgres.value("SELECT count(*) FROM job_events")
    started = time.monotonic()
    while (held := archived_events(context.observatory.mongo_url)) != expected:
        if time.monotonic() > started + ARCHIVED_SECONDS:
            if held is None:
                raise RuntimeError(f"the archive cannot be counted after {ARCHIVED_SECONDS} s")
            yield Violation("archive", f"the archive contains {held} events after {ARCHIVED_SECONDS} s, the log {expected}")
            return
        time.sleep(1)
    context.notes["archivedSeconds"] = round(time.monotonic() - started, 2)


FAULTS = (
    Fault(15, "Redis is killed, hangs, loses its data", inject_redis, examine=rebuilt_equal),
    Fault(16, "MongoDB is killed, hangs, loses its data", inject_mongo, examine=archived, needs_archive=True),
)
