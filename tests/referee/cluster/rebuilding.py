"""The views made anew from the history by the command that users have for it."""

import json
import os
import subprocess
import time
from pathlib import Path

from cluster.observatory import ClusterObservatory

COMMAND_SECONDS = 60
# Views that move on between reading and rebuilding are not compared.
TRIES = 5
PAUSE_SECONDS = 0.5


class NotRebuilt(Exception):
    """The command failed."""


def rebuild(binary: Path, observatory: ClusterObservatory) -> tuple[str | None, str]:
    """The digests of the views before and after, when both have counted the same events; none before otherwise."""
    urls = {"ODD_POSTGRES_URL": observatory.postgres.url, "ODD_REDIS_URL": observatory.redis_url}
    for _ in range(TRIES):
        done = subprocess.run(
            [binary, "rebuild-views", "--cluster", "-o", "json"], env={**os.environ, **urls},
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=COMMAND_SECONDS, check=False,
        )
        if not done.stdout:
            raise NotRebuilt(f"rebuild-views: {done.stderr}")
        said = json.loads(done.stdout)
        if said.get("equal") is not None:
            return said["oldDigest"], said["newDigest"]
        time.sleep(PAUSE_SECONDS)
    return None, said["newDigest"]
