"""Reads the archive without the API."""

import pymongo
from pymongo.errors import PyMongoError

TIMEOUT_MS = 10_000


def archived_events(url: str) -> int | None:
    """Returns the number of archived events, or None if the archive is unavailable."""
    try:
        with pymongo.MongoClient(url, serverSelectionTimeoutMS=TIMEOUT_MS, socketTimeoutMS=6 * TIMEOUT_MS) as client:
            return client.get_default_database()["events"].count_documents({})
    except PyMongoError:
        return None
