"""The independent table of legal transitions is complete."""

import unittest

from legal import MOVES, STATUSES, TERMINAL, is_legal


class LegalTest(unittest.TestCase):
    def test_every_status_has_transitions_to_known_statuses(self) -> None:
        self.assertEqual(set(STATUSES), MOVES.keys())
        self.assertLessEqual({after for moves in MOVES.values() for after in moves.values()}, set(STATUSES))

    def test_terminal_statuses_are_left_only_by_requeueing(self) -> None:
        self.assertLessEqual({event for status in TERMINAL for event in MOVES[status]}, {"job.requeued"})

    def test_jobs_begin_with_job_created(self) -> None:
        self.assertTrue(is_legal(None, "job.created", "PENDING"))
        self.assertFalse(is_legal(None, "job.started", "EXECUTING"))
        self.assertFalse(is_legal("PENDING", "job.created", "PENDING"))


if __name__ == "__main__":
    unittest.main()
