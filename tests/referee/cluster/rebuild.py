"""Rebuilds the views from the event log with `rebuild-views`."""

import json
import os
import subprocess
import time

from cluster.observatory import ClusterObservatory

COMMAND_SECONDS = 60
# The command compares only views that did not change during the rebuild.
TRIES = 5
PAUSE_SECONDS = 0.5


class NotRebuilt(Exception):
    """`rebuild-views` failed."""


def rebuild(observatory: ClusterObservatory) -> tuple[str | None, str]:
    """Returns the digests of the views before and after. The first is None if the views kept changing."""
    urls = {"ODD_POSTGRES_URL": observatory.postgres.url, "ODD_REDIS_URL": observatory.redis_url}
    for _ in range(TRIES):
        done = subprocess.run(
            [observatory.binary, "rebuild-views", "--cluster", "-o", "json"], env={**os.environ, **urls},
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=COMMAND_SECONDS, check=False,
        )
        if not done.stdout:
            raise NotRebuilt(f"rebuild-views: {done.stderr}")
        result = json.loads(done.stdout)
        if result.get("equal") is not None:
            return result["oldDigest"], result["newDigest"]
        time.sleep(PAUSE_SECONDS)
    return None, result["newDigest"]
