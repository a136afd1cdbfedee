"""Faults 11 and 13: PostgreSQL is killed, ends sessions, locks tables, or has no free connections."""

import socket
import struct
import subprocess
import threading
import time
import urllib.parse
from typing import Iterator

from cluster.evidence import ClusterEvidence
from cluster.postgres import QueryFailed
from cluster.context import Fault, Context, accepted_between
from evidence import Violation

CONNECTIONS = 220


def inject_server(context: Context) -> None:
    for act in ("kill", "stop"):
        context.pause(0.5, 1.0)
        context.server("postgres", act)
        started = time.time()
        context.pause(0.8, 1.5)
        context.notes.setdefault("down", []).append((started, time.time()))
        context.server("postgres", "restart")
        # A job whose claim was answered to a lost connection has no worker until its lease expires.
        context.workers_lost.append(time.time())


def accepts_nothing(context: Context, evidence: ClusterEvidence) -> Iterator[Violation]:
    """Checks that no request was accepted while the store was down."""
    for since, until in context.notes["down"]:
        for entry in accepted_between(evidence, since, until):
            yield Violation("accepting", f"request {entry.number} was accepted while PostgreSQL was down: {entry.ids}")


def inject_sessions(context: Context) -> None:
    for _ in range(6):
        context.pause(0.1, 0.6)
        _end_some_sessions(context)
    _lock_tables(context)
    context.pause(0.3, 0.6)
    _use_all_connections(context)


def _end_some_sessions(context: Context, after_seconds: float = 0) -> None:
    share = context.random.choice([0.2, 0.5, 1.0])
    context.workers_lost.append(time.time())
    _query(context, f"""SELECT pg_sleep({after_seconds});
                      SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                      WHERE pid <> pg_backend_pid() AND usename = current_user AND random() < {share}""")
    context.faults += 1


def _lock_tables(context: Context) -> None:
    context.faults += 1
    _query(context, "BEGIN; LOCK TABLE jobs, event_commits IN ACCESS EXCLUSIVE MODE; SELECT pg_sleep(3); COMMIT;")


def _use_all_connections(context: Context) -> None:
    """Uses all connections with incomplete logins, and ends the sessions of the roles, so that they must reconnect."""
    context.faults += 1
    address = urllib.parse.urlsplit(context.observatory.postgres.url)
    taken: list[socket.socket] = []
    # It connects while connections are free, and ends the sessions of the roles when none is.
    end = threading.Thread(target=_end_some_sessions, args=[context, 1.0])
    end.start()
    try:
        context.pause(0.3, 0.5)
        for _ in range(2):
            taken += [_greet(address.hostname, address.port) for _ in range(CONNECTIONS)]
            end.join()
        context.pause(2.0, 3.0)
    finally:
        for connection in taken:
            connection.close()
        context.workers_lost.append(time.time())


def _greet(host: str, port: int) -> socket.socket:
    connection = socket.create_connection((host, port), timeout=5)
    parameters = b"user\0observatory\0database\0observatory\0\0"
    connection.sendall(struct.pack("!II", len(parameters) + 8, 196_608) + parameters)
    return connection


def _query(context: Context, sql: str) -> None:
    try:
        context.observatory.postgres.execute(sql, seconds=20)
    except (QueryFailed, subprocess.TimeoutExpired):
        # Other faults can block this query, which is acceptable.
        context.notes["queriesFailed"] = context.notes.get("queriesFailed", 0) + 1


FAULTS = (
    Fault(11, "PostgreSQL is killed and stopped", inject_server, refuses=True, loses_attempts=True,
          examine=accepts_nothing),
    Fault(13, "PostgreSQL ends sessions, locks tables, has no free connections", inject_sessions, refuses=True, loses_attempts=True),
)
