"""Reads the archive directly."""

import pymongo
from pymongo.errors import PyMongoError

TIMEOUT_MS = 10_000


def archived_events(url: str) -> int | None:
    """How many events the archive holds; none while it cannot be asked."""
    try:
        with pymongo.MongoClient(url, serverSelectionTimeoutMS=TIMEOUT_MS, socketTimeoutMS=6 * TIMEOUT_MS) as client:
            return client.get_default_database()["events"].count_documents({})
    except PyMongoError:
        return None
