"""The history file contains every entry, even if the referee was interrupted."""

import tempfile
import unittest
from pathlib import Path

from history import ACCEPTED, COMMAND, UNKNOWN, History, read


class HistoryTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = Path(folder.name) / "history.jsonl"
        self.history = History(self.path)
        self.addCleanup(self.history.close)

    def test_outcomes_are_read_with_their_intents(self) -> None:
        entry = self.history.intend("/jobs", {"type": "echo"}, ["r"], "k")
        self.history.conclude(entry, ACCEPTED, 201, ["id"])
        command = self.history.intend("/jobs/id/cancel", {}, [], None, expected=COMMAND)
        self.history.conclude(command, ACCEPTED, 202, ["id"], "CANCELLED")
        self.assertEqual([entry, command], read(self.path))

    def test_an_intent_without_outcome_is_unknown(self) -> None:
        self.history.intend("/jobs", {"type": "echo"}, ["r"], None)
        self.assertEqual(UNKNOWN, read(self.path)[0].outcome)

    def test_only_requests_with_key_or_ids_are_repeatable(self) -> None:
        self.assertTrue(self.history.intend("/jobs", {}, ["r"], "k").is_repeatable)
        self.assertFalse(self.history.intend("/jobs", {}, ["r"], None).is_repeatable)
        batch = {"jobs": [{"id": "1"}, {}]}
        self.assertFalse(self.history.intend("/jobs/batch", batch, ["r", "s"], None).is_repeatable)


if __name__ == "__main__":
    unittest.main()
