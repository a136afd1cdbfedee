"""The faults with two versions replace every role in order, report what fails, and are skipped without a second version."""

import random
import unittest
from types import SimpleNamespace

from cluster.context import Context, Fault
from cluster.faults.upgraded import FAULTS, downgrade, upgrade
from cluster.selection import select
from history import ACCEPTED, UNKNOWN

ROLES = ["gateway", "gateway", "processor", "processor", "metrics-engine", "read-model", "web", "web-pty"]
# By number: the metrics-engine, the read-model, processors, gateways, and the others.
ORDER = [4, 5, 2, 3, 0, 1, 6, 7]


class _FakeContext(Context):
    """A context whose roles end with an exit code, and whose gateways answer with an outcome."""

    def __init__(self, outcome: str = ACCEPTED, code: int = 0, is_first_version: bool = True) -> None:
        observatory = SimpleNamespace(
            is_first_version=is_first_version, await_ready=lambda _: self.acts.append("ready"),
            numbers=lambda role: [number for number, each in enumerate(ROLES) if each == role])
        super().__init__(observatory, random.Random(1), None, None)
        self.acts: list = []
        self.submitted_to: list[int] = []
        self._outcome = outcome
        self._code = code

    def pause(self, shortest: float, longest: float) -> None:
        pass

    def role(self, number: int, act: str) -> dict:
        self.acts.append((number, act))
        return {"code": self._code, "seconds": 1.0}

    def submit(self, jobs: list[dict], gateway: int = 0) -> SimpleNamespace:
        if jobs[0]["type"] == "echo":
            self.submitted_to.append(gateway)
        return SimpleNamespace(outcome=self._outcome)


def acts(order: list[int], act: str) -> list:
    return [step for number in order for step in ((number, act), "ready")]


class UpgradedTest(unittest.TestCase):
    def test_each_role_is_upgraded_in_order_and_awaited(self) -> None:
        context = _FakeContext()
        upgrade(context)
        self.assertEqual(acts(ORDER, "upgrade"), context.acts)
        self.assertEqual([1, 0], context.submitted_to)
        self.assertEqual([], context.findings)

    def test_way_back_has_the_reverse_order_of_roles(self) -> None:
        back = acts([7, 6, 0, 1, 2, 3, 5, 4], "downgrade")
        for is_first_version, before in ((False, []), (True, acts(ORDER, "upgrade"))):
            context = _FakeContext(is_first_version=is_first_version)
            downgrade(context)
            self.assertEqual(before + back, context.acts)

    def test_pause_of_all_gateways_and_failed_exit_are_reported(self) -> None:
        for context, rule, count in ((_FakeContext(UNKNOWN), "accepting", 2), (_FakeContext(code=1), "exit", len(ROLES))):
            upgrade(context)
            self.assertEqual([rule] * count, [violation.rule for violation in context.findings])

    def test_without_an_older_version_its_faults_are_skipped_or_refused(self) -> None:
        known = {fault.number: fault for fault in (Fault(1, "a gateway is killed", upgrade), *FAULTS)}
        for has_older, numbers, injected, skipped in (
            (False, None, [1], [26, 27]), (True, None, [1, 26, 27], []), (True, [26], [26], []), (False, [1], [1], []),
        ):
            found = select(known, numbers, has_older)
            self.assertEqual((injected, skipped), tuple([fault.number for fault in each] for each in found))
        for numbers in ([1, 26], [2]):
            with self.assertRaises(SystemExit):
                select(known, numbers, has_older=False)


if __name__ == "__main__":
    unittest.main()
