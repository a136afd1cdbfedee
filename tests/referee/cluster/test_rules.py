"""The checker of a cluster reports every kind of violation, and none if all guarantees hold."""

import unittest
from dataclasses import fields, replace

from cluster.coverage import LEAST, shortfalls
from cluster.evidence import ClusterEvidence
from cluster.faults.broker import keeps_accepting
from cluster.faults.database import accepts_nothing
from cluster.faults.connections import SEEN_SECONDS, seen_in_time
from cluster.faults.poison import ATTEMPTS, quarantined
from cluster.faults.worker_stopped import rejected_visibly
from cluster.postgres import Attempt
from cluster.stall_detector import without_stalls
from cluster.read_model import read
from cluster.rules import DEAD_LETTERS, TAKEOVER_SECONDS, check_cluster, takeover_times
from cluster.context import Fault, slow_answers
from cluster.watch import Watch
from evidence import Evidence, Violation
from gather import Reader
from history import ACCEPTED, Entry
from test_checker import DONE, FAILED, correct_evidence

STARTED = 1_000.0
RESULT = {"status": 200, "body": '{"call": 1}'}


def correct_cluster_evidence() -> ClusterEvidence:
    """Returns the evidence of `test_checker` with that of a cluster, without a violation."""
    shared = correct_evidence()
    return ClusterEvidence(
        **{field.name: getattr(shared, field.name) for field in fields(Evidence)},
        attempts=[Attempt(DONE, 1, "SUCCEEDED", "worker", STARTED, STARTED + 5, RESULT)],
        arrivals={"a": [STARTED + 1]}, queues={DEAD_LETTERS: {"messages": 0}, "jobs.default": {"messages": 0}},
        earlier_jobs_before="d", earlier_jobs_after="d",
    )


class RulesTest(unittest.TestCase):
    def setUp(self) -> None:
        self.evidence = correct_cluster_evidence()

    def assert_rules(self, *expected: str) -> None:
        self.assertEqual(set(expected), {violation.rule for violation in check_cluster(self.evidence)})

    def change_attempt(self, **changes) -> None:
        self.evidence.attempts = [replace(self.evidence.attempts[0], **changes)]

    def test_correct_evidence_passes(self) -> None:
        self.assert_rules()

    def test_rules_of_the_embedded_observatory_apply(self) -> None:
        self.evidence.rows = self.evidence.rows[:1]
        self.assertIn("lost", {violation.rule for violation in check_cluster(self.evidence)})

    def test_result_of_an_earlier_attempt_is_reported(self) -> None:
        self.evidence.arrivals = {"a": [STARTED - 1]}
        self.assert_rules("stale")

    def test_shortened_sleep_is_reported(self) -> None:
        self.evidence.naps = {DONE: 5.0}
        self.assert_rules()
        self.evidence.naps = {DONE: 6.0}
        self.assert_rules("stale")

    def test_late_takeover_is_reported(self) -> None:
        self.evidence.may_lose_attempts = True
        for seconds, rules in ((TAKEOVER_SECONDS - 1, []), (TAKEOVER_SECONDS + 1, ["takeover"])):
            self.change_attempt(outcome="LOST", finished_at=STARTED + 2 + seconds)
            self.evidence.workers_lost = [STARTED - 100, STARTED + 2]
            self.assert_rules(*rules)
            self.assertEqual([seconds], takeover_times(self.evidence))

    def test_lost_attempt_without_a_lost_worker_is_reported(self) -> None:
        self.change_attempt(outcome="LOST")
        self.assert_rules("burned")
        self.evidence.may_lose_attempts = True
        self.assert_rules()

    def test_unpublished_commit_is_reported(self) -> None:
        self.evidence.outbox = [7]
        self.assert_rules("outbox")

    def test_gap_in_the_log_is_reported(self) -> None:
        self.evidence.log_defects = ["commit 7 follows 5"]
        self.assert_rules("log")

    def test_remaining_message_is_reported(self) -> None:
        self.evidence.queues["jobs.default"]["messages"] = 1
        self.assert_rules("queues")

    def test_unexpected_dead_letter_and_missing_queue_are_reported(self) -> None:
        self.evidence.queues[DEAD_LETTERS]["messages"] = 1
        self.assert_rules("queues")
        self.evidence.dead_letters = 1
        self.assert_rules()
        del self.evidence.queues[DEAD_LETTERS]
        self.assert_rules("queues")

    def test_changed_earlier_job_is_reported(self) -> None:
        self.evidence.earlier_jobs_after = "e"
        self.assert_rules("earlier-jobs")

    def test_role_that_ends_unexpectedly_is_reported(self) -> None:
        self.evidence.ended = [{"role": "gateway", "number": 0, "code": 1}]
        self.assert_rules("ended")

    def test_unavailability_is_allowed_only_during_an_outage(self) -> None:
        refused = Entry(9, "/jobs", {}, [], None, None, "unknown", 503, [], sent_at=10.0, concluded_at=11.0)
        self.evidence.entries.append(refused)
        self.assert_rules("answers")
        self.evidence.outages = [(12.0, 20.0)]
        self.assert_rules("answers")
        self.evidence.outages = [(5.0, 10.5)]
        self.assert_rules()


class FaultsTest(unittest.TestCase):
    """The additional checks of faults."""

    def setUp(self) -> None:
        self.evidence = correct_cluster_evidence()
        self.evidence.entries = [
            Entry(1, "/jobs", {}, ["a"], None, None, ACCEPTED, 201, [DONE], sent_at=10.0, concluded_at=11.0)]

    def test_acceptance_without_a_store_is_reported(self) -> None:
        for window, found in (((9.0, 12.0), 1), ((10.5, 12.0), 0), ((9.0, 10.5), 0)):
            self.assertEqual(found, len(list(accepts_nothing(_FakeContext(down=[window]), self.evidence))))

    def test_gateway_that_stops_accepting_without_the_broker_is_reported(self) -> None:
        for window, found in (((9.0, 12.0), 0), ((11.5, 14.0), 1)):
            self.assertEqual(found, len(list(keeps_accepting(_FakeContext(away=[window]), self.evidence))))

    def test_slow_answer_is_reported(self) -> None:
        self.assertEqual([], list(slow_answers(self.evidence, 2)))
        self.assertEqual(["hang"], [violation.rule for violation in slow_answers(self.evidence, 0.5)])

    def test_poison_job_that_does_not_fail_and_failed_neighbours_are_reported(self) -> None:
        rows = self.evidence.rows
        rows[1] = replace(rows[1], attempt=ATTEMPTS)
        self.assertEqual([], list(quarantined(_FakeContext(ATTEMPTS, poison=FAILED, neighbours=[DONE]), self.evidence)))
        for context in (_FakeContext(ATTEMPTS + 1, poison=FAILED, neighbours=[]), _FakeContext(ATTEMPTS, poison=DONE, neighbours=[]),
                      _FakeContext(ATTEMPTS, poison=FAILED, neighbours=[FAILED])):
            self.assertEqual(["poison"], [violation.rule for violation in quarantined(context, self.evidence)])

    def test_stale_worker_that_is_not_rejected_is_reported(self) -> None:
        self.assertEqual([], list(rejected_visibly(_FakeContext(tooLate=0), self.evidence)))
        self.evidence.lost_attempts = 1
        for count, rules in ((3, []), (0, ["zombie"])):
            found = rejected_visibly(_FakeContext(tooLate=count), self.evidence)
            self.assertEqual(rules, [violation.rule for violation in found])

    def test_late_detection_of_a_silent_broker_is_reported(self) -> None:
        for seconds, rules in ((SEEN_SECONDS, []), (SEEN_SECONDS + 1, ["heartbeat"]), (None, ["heartbeat"])):
            found = seen_in_time(_FakeContext(seenSeconds=seconds), self.evidence)
            self.assertEqual(rules, [violation.rule for violation in found])

    def test_timed_violations_are_ignored_after_a_stall(self) -> None:
        late, lost = Violation("takeover", ""), Violation("lost", "")
        self.assertEqual(([late, lost], []), without_stalls([late, lost], 1.0))
        remaining, doubts = without_stalls([late, lost], 20.0)
        self.assertEqual(([lost], 1), (remaining, len(doubts)))

    def test_unavailable_read_model_is_reported_and_other_rules_still_apply(self) -> None:
        unreachable = Reader("http://127.0.0.1:1")
        answers = read(unreachable, self.evidence.rows, self.evidence.stored_events, self.evidence.status_counts, 1)
        self.assertEqual(["api"], [violation.rule for violation in answers.findings])
        self.assertEqual(self.evidence.views.stats, answers.views.stats)

    def test_falling_job_count_is_reported(self) -> None:
        watch = Watch("http://127.0.0.1:1")
        for jobs in (1, 1, 5):
            watch.record(jobs)
        self.assertIsNone(watch.regressed)
        watch.record(4)
        self.assertIsNotNone(watch.regressed)

    def test_round_with_too_few_observations_has_no_verdict(self) -> None:
        fault = Fault(3, "a worker is killed", lambda _: None, must_lose_attempts=True)
        plenty = {"faults": 3, "jobs": 100, "requests": {"accepted": 50}, "lostAttempts": 4, "recovered": 4}
        self.assertEqual([], shortfalls(fault, plenty))
        for name in {*LEAST, "lostAttempts", "recovered"} - {"accepted"}:
            self.assertEqual(1, len(shortfalls(fault, {**plenty, name: 0})), name)


class _FakeContext:
    """The part of a context that these checks read."""

    def __init__(self, faults: int = 1, **notes) -> None:
        self.faults = faults
        self.notes = notes


if __name__ == "__main__":
    unittest.main()
