"""The judge of a cluster sees every kind of broken promise, and nothing where all were kept."""

import unittest
from dataclasses import fields, replace

from cluster.coverage import LEAST, shortfalls
from cluster.evidence import ClusterEvidence
from cluster.faults.broker import goes_on
from cluster.faults.database import accepts_nothing
from cluster.faults.links import SEEN_SECONDS, seen_in_time
from cluster.faults.poison import ATTEMPTS, quarantined
from cluster.faults.worker_stopped import rejected_visibly
from cluster.postgres import Attempt
from cluster.pulse import believable
from cluster.reading import read
from cluster.rules import DEAD_LETTERS, TAKEOVER_SECONDS, judge_cluster, takeover_times
from cluster.scene import Fault, slow_answers
from cluster.watch import Watch
from evidence import Evidence, Violation
from gather import Reader
from ledger import ACCEPTED, Entry
from test_judge import DONE, FAILED, kept

STARTED = 1_000.0
RESULT = {"status": 200, "body": '{"call": 1}'}


def kept_by_a_cluster() -> ClusterEvidence:
    """The jobs of `test_judge`, on a cluster that kept every promise."""
    shared = kept()
    return ClusterEvidence(
        **{field.name: getattr(shared, field.name) for field in fields(Evidence)},
        attempts=[Attempt(DONE, 1, "SUCCEEDED", "worker", STARTED, STARTED + 5, RESULT)],
        arrivals={"a": [STARTED + 1]}, queues={DEAD_LETTERS: {"messages": 0}, "jobs.default": {"messages": 0}},
        settled_before="d", settled_after="d",
    )


class RulesTest(unittest.TestCase):
    def setUp(self) -> None:
        self.evidence = kept_by_a_cluster()

    def assert_rules(self, *expected: str) -> None:
        self.assertEqual(set(expected), {violation.rule for violation in judge_cluster(self.evidence)})

    def change_attempt(self, **changes) -> None:
        self.evidence.attempts = [replace(self.evidence.attempts[0], **changes)]

    def test_nothing_is_found_where_every_promise_was_kept(self) -> None:
        self.assert_rules()

    def test_the_rules_of_the_embedded_observatory_hold_too(self) -> None:
        self.evidence.rows = self.evidence.rows[:1]
        self.assertIn("lost", {violation.rule for violation in judge_cluster(self.evidence)})

    def test_a_result_of_an_earlier_attempt_is_found(self) -> None:
        self.evidence.arrivals = {"a": [STARTED - 1]}
        self.assert_rules("stale")

    def test_a_nap_that_was_cut_short_is_found(self) -> None:
        self.evidence.naps = {DONE: 5.0}
        self.assert_rules()
        self.evidence.naps = {DONE: 6.0}
        self.assert_rules("stale")

    def test_a_late_takeover_is_found(self) -> None:
        self.evidence.may_lose_attempts = True
        for seconds, rules in ((TAKEOVER_SECONDS - 1, []), (TAKEOVER_SECONDS + 1, ["takeover"])):
            self.change_attempt(outcome="LOST", finished_at=STARTED + 2 + seconds)
            self.evidence.workers_lost = [STARTED - 100, STARTED + 2]
            self.assert_rules(*rules)
            self.assertEqual([seconds], takeover_times(self.evidence))

    def test_a_lost_attempt_without_a_lost_worker_is_found(self) -> None:
        self.change_attempt(outcome="LOST")
        self.assert_rules("burned")
        self.evidence.may_lose_attempts = True
        self.assert_rules()

    def test_what_stays_unpublished_is_found(self) -> None:
        self.evidence.outbox = [7]
        self.assert_rules("outbox")

    def test_a_gap_in_the_log_is_found(self) -> None:
        self.evidence.log_defects = ["commit 7 follows 5"]
        self.assert_rules("log")

    def test_messages_that_stay_in_queues_are_found(self) -> None:
        self.evidence.queues["jobs.default"]["messages"] = 1
        self.assert_rules("queues")

    def test_dead_letters_without_a_reason_and_missing_ones_are_found(self) -> None:
        self.evidence.queues[DEAD_LETTERS]["messages"] = 1
        self.assert_rules("queues")
        self.evidence.dead_letters = 1
        self.assert_rules()
        del self.evidence.queues[DEAD_LETTERS]
        self.assert_rules("queues")

    def test_earlier_jobs_that_change_are_found(self) -> None:
        self.evidence.settled_after = "e"
        self.assert_rules("settled")

    def test_a_role_that_ends_by_itself_is_found(self) -> None:
        self.evidence.ended = [{"role": "gateway", "number": 0, "code": 1}]
        self.assert_rules("ended")

    def test_unavailability_is_excused_during_an_outage_only(self) -> None:
        refused = Entry(9, "/jobs", {}, [], None, None, "unknown", 503, [], sent_at=10.0, concluded_at=11.0)
        self.evidence.entries.append(refused)
        self.assert_rules("answers")
        self.evidence.outages = [(12.0, 20.0)]
        self.assert_rules("answers")
        self.evidence.outages = [(5.0, 10.5)]
        self.assert_rules()


class FaultsTest(unittest.TestCase):
    """What single faults look at beyond the rules."""

    def setUp(self) -> None:
        self.evidence = kept_by_a_cluster()
        self.evidence.entries = [
            Entry(1, "/jobs", {}, ["a"], None, None, ACCEPTED, 201, [DONE], sent_at=10.0, concluded_at=11.0)]

    def test_acceptance_without_a_store_is_found(self) -> None:
        for window, found in (((9.0, 12.0), 1), ((10.5, 12.0), 0), ((9.0, 10.5), 0)):
            self.assertEqual(found, len(list(accepts_nothing(_Noted(down=[window]), self.evidence))))

    def test_a_gateway_that_stops_accepting_without_the_broker_is_found(self) -> None:
        for window, found in (((9.0, 12.0), 0), ((11.5, 14.0), 1)):
            self.assertEqual(found, len(list(goes_on(_Noted(away=[window]), self.evidence))))

    def test_a_slow_answer_is_found(self) -> None:
        self.assertEqual([], list(slow_answers(self.evidence, 2)))
        self.assertEqual(["hang"], [violation.rule for violation in slow_answers(self.evidence, 0.5)])

    def test_poison_that_is_not_parked_and_harmed_neighbours_are_found(self) -> None:
        rows = self.evidence.rows
        rows[1] = replace(rows[1], attempt=ATTEMPTS)
        self.assertEqual([], list(quarantined(_Noted(ATTEMPTS, poison=FAILED, neighbours=[DONE]), self.evidence)))
        for scene in (_Noted(ATTEMPTS + 1, poison=FAILED, neighbours=[]), _Noted(ATTEMPTS, poison=DONE, neighbours=[]),
                      _Noted(ATTEMPTS, poison=FAILED, neighbours=[FAILED])):
            self.assertEqual(["poison"], [violation.rule for violation in quarantined(scene, self.evidence)])

    def test_a_zombie_that_nobody_rejects_is_found(self) -> None:
        self.assertEqual([], list(rejected_visibly(_Noted(tooLate=0), self.evidence)))
        self.evidence.lost_attempts = 1
        for count, rules in ((3, []), (0, ["zombie"])):
            found = rejected_visibly(_Noted(tooLate=count), self.evidence)
            self.assertEqual(rules, [violation.rule for violation in found])

    def test_a_silent_broker_that_is_noticed_late_is_found(self) -> None:
        for seconds, rules in ((SEEN_SECONDS, []), (SEEN_SECONDS + 1, ["heartbeat"]), (None, ["heartbeat"])):
            found = seen_in_time(_Noted(seenSeconds=seconds), self.evidence)
            self.assertEqual(rules, [violation.rule for violation in found])

    def test_what_took_long_proves_nothing_when_the_referee_stood_still(self) -> None:
        late, lost = Violation("takeover", ""), Violation("lost", "")
        self.assertEqual(([late, lost], []), believable([late, lost], 1.0))
        kept, doubts = believable([late, lost], 20.0)
        self.assertEqual(([lost], 1), (kept, len(doubts)))

    def test_a_read_model_that_cannot_be_read_is_found_and_hides_nothing_else(self) -> None:
        nobody = Reader("http://127.0.0.1:1")
        said = read(nobody, self.evidence.rows, self.evidence.stored_events, self.evidence.status_counts, 1)
        self.assertEqual(["api"], [violation.rule for violation in said.findings])
        self.assertEqual(self.evidence.views.stats, said.views.stats)

    def test_views_that_go_back_are_found(self) -> None:
        watch = Watch("http://127.0.0.1:1")
        for jobs in (1, 1, 5):
            watch.look(jobs)
        self.assertIsNone(watch.regressed)
        watch.look(4)
        self.assertIsNotNone(watch.regressed)

    def test_a_round_that_saw_too_little_is_no_verdict(self) -> None:
        fault = Fault(3, "a worker is killed", lambda _: None, must_lose_attempts=True)
        plenty = {"faults": 3, "jobs": 100, "requests": {"accepted": 50}, "lostAttempts": 4, "recovered": 4}
        self.assertEqual([], shortfalls(fault, plenty))
        for name in {*LEAST, "lostAttempts", "recovered"} - {"accepted"}:
            self.assertEqual(1, len(shortfalls(fault, {**plenty, name: 0})), name)


class _Noted:
    """As much of a scene as these checks look at."""

    def __init__(self, faults: int = 1, **notes) -> None:
        self.faults = faults
        self.notes = notes


if __name__ == "__main__":
    unittest.main()
