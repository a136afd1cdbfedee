"""Faults 11 and 13: PostgreSQL dies, ends sessions, locks tables, has no room for connections."""

import socket
import struct
import subprocess
import threading
import time
import urllib.parse
from typing import Iterator

from cluster.evidence import ClusterEvidence
from cluster.postgres import QueryFailed
from cluster.scene import Fault, Scene, accepted_between
from evidence import Violation

CONNECTIONS = 220


def strike_server(scene: Scene) -> None:
    for act in ("kill", "stop"):
        scene.pause(0.5, 1.0)
        scene.server("postgres", act)
        begun = time.time()
        scene.pause(0.8, 1.5)
        scene.notes.setdefault("down", []).append((begun, time.time()))
        scene.server("postgres", "restart")
        # A claim whose answer was lost is nobody's until its lease ends.
        scene.workers_lost.append(time.time())


def accepts_nothing(scene: Scene, evidence: ClusterEvidence) -> Iterator[Violation]:
    """No request that was sent and answered while the store was down was accepted."""
    for since, until in scene.notes["down"]:
        for entry in accepted_between(evidence, since, until):
            yield Violation("accepting", f"request {entry.number} was accepted while PostgreSQL was down: {entry.ids}")


def strike_sessions(scene: Scene) -> None:
    for _ in range(6):
        scene.pause(0.1, 0.6)
        _end_some_sessions(scene)
    _lock_tables(scene)
    scene.pause(0.3, 0.6)
    _take_all_connections(scene)


def _end_some_sessions(scene: Scene, after_seconds: float = 0) -> None:
    share = scene.random.choice([0.2, 0.5, 1.0])
    scene.workers_lost.append(time.time())
    _query(scene, f"""SELECT pg_sleep({after_seconds});
                      SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                      WHERE pid <> pg_backend_pid() AND usename = current_user AND random() < {share}""")
    scene.faults += 1


def _lock_tables(scene: Scene) -> None:
    scene.faults += 1
    _query(scene, "BEGIN; LOCK TABLE jobs, event_commits IN ACCESS EXCLUSIVE MODE; SELECT pg_sleep(3); COMMIT;")


def _take_all_connections(scene: Scene) -> None:
    """Half-open log-ins take places as well; the roles' own sessions are ended, so that they have to ask for new ones."""
    scene.faults += 1
    address = urllib.parse.urlsplit(scene.observatory.postgres.url)
    taken: list[socket.socket] = []
    # It has a place before there is none, and takes those of the roles away while there is none.
    end = threading.Thread(target=_end_some_sessions, args=[scene, 1.0])
    end.start()
    try:
        scene.pause(0.3, 0.5)
        for _ in range(2):
            taken += [_greet(address.hostname, address.port) for _ in range(CONNECTIONS)]
            end.join()
        scene.pause(2.0, 3.0)
    finally:
        for connection in taken:
            connection.close()
        scene.workers_lost.append(time.time())


def _greet(host: str, port: int) -> socket.socket:
    connection = socket.create_connection((host, port), timeout=5)
    words = b"user\0observatory\0database\0observatory\0\0"
    connection.sendall(struct.pack("!II", len(words) + 8, 196_608) + words)
    return connection


def _query(scene: Scene, sql: str) -> None:
    try:
        scene.observatory.postgres.execute(sql, seconds=20)
    except (QueryFailed, subprocess.TimeoutExpired):
        # Other sessions were in the way; that is one fault more, not one less.
        scene.notes["queriesFailed"] = scene.notes.get("queriesFailed", 0) + 1


FAULTS = (
    Fault(11, "PostgreSQL is killed and stopped", strike_server, refuses=True, loses_attempts=True,
          examine=accepts_nothing),
    Fault(13, "PostgreSQL ends sessions, locks tables, has no room", strike_sessions, refuses=True, loses_attempts=True),
)
