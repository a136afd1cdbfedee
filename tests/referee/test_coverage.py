"""A trial without enough observations has no verdict."""

import unittest

from coverage import LEAST, shortfalls

PLENTY = {"rounds": 2, "requests": {"accepted": 10, "refused": 1}, "commands": 1, "jobs": 40, "effects": 2,
          "lostAttempts": 2, "logs": 1}


class CoverageTest(unittest.TestCase):
    def test_sufficient_counts_pass(self) -> None:
        self.assertEqual([], shortfalls(PLENTY))

    def test_each_insufficient_count_is_reported(self) -> None:
        for name in LEAST:
            requests = {**PLENTY["requests"], name: 0}
            found = shortfalls({**PLENTY, name: 0, "requests": requests})
            self.assertEqual([name], [line.split(":")[0] for line in found])

    def test_trial_without_rounds_is_insufficient(self) -> None:
        nothing = {**dict.fromkeys(LEAST, 0), "rounds": 0, "requests": {"accepted": 0, "refused": 0}}
        self.assertEqual(len(LEAST), len(shortfalls(nothing)))


if __name__ == "__main__":
    unittest.main()
