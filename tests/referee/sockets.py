"""Finds the process at the other end of a loopback connection, from `/proc` of Linux."""

import os
from pathlib import Path

LOCAL, INODE = 1, 9


def process_behind(port: int) -> int | None:
    """Returns the id of the process that has a socket with this local port."""
    sockets = {f"socket:[{inode}]" for inode in _inodes(Path("/proc/net/tcp").read_text(), port)}
    for process in Path("/proc").iterdir():
        if process.name.isdigit() and _holds(process / "fd", sockets):
            return int(process.name)
    return None


def _inodes(table: str, port: int) -> set[str]:
    rows = (line.split() for line in table.splitlines()[1:])
    return {row[INODE] for row in rows if int(row[LOCAL].rpartition(":")[2], 16) == port} - {"0"}


def _holds(folder: Path, sockets: set[str]) -> bool:
    try:
        return any(os.readlink(link) in sockets for link in folder.iterdir())
    except OSError:  # it has ended, or belongs to another user
        return False
