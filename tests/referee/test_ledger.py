"""The ledger remembers what was written to it, also when the referee was cut short."""

import tempfile
import unittest
from pathlib import Path

from ledger import ACCEPTED, COMMAND, UNKNOWN, Ledger, read


class LedgerTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = Path(folder.name) / "ledger.jsonl"
        self.ledger = Ledger(self.path)
        self.addCleanup(self.ledger.close)

    def test_outcomes_are_read_back_with_their_intents(self) -> None:
        entry = self.ledger.intend("/jobs", {"type": "echo"}, ["r"], "k")
        self.ledger.conclude(entry, ACCEPTED, 201, ["id"])
        command = self.ledger.intend("/jobs/id/cancel", {}, [], None, expected=COMMAND)
        self.ledger.conclude(command, ACCEPTED, 202, ["id"], "CANCELLED")
        self.assertEqual([entry, command], read(self.path))

    def test_an_intent_without_outcome_is_unknown(self) -> None:
        self.ledger.intend("/jobs", {"type": "echo"}, ["r"], None)
        self.assertEqual(UNKNOWN, read(self.path)[0].outcome)

    def test_only_what_carries_a_key_or_ids_can_be_repeated(self) -> None:
        self.assertTrue(self.ledger.intend("/jobs", {}, ["r"], "k").is_repeatable)
        self.assertFalse(self.ledger.intend("/jobs", {}, ["r"], None).is_repeatable)
        batch = {"jobs": [{"id": "1"}, {}]}
        self.assertFalse(self.ledger.intend("/jobs/batch", batch, ["r", "s"], None).is_repeatable)


if __name__ == "__main__":
    unittest.main()
