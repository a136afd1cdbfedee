"""The checker reports every kind of violation, and none if all guarantees hold."""

import unittest
import uuid
from collections import Counter
from dataclasses import replace

from evidence import Event, Evidence, Row, Views
from checker import check
from history import ACCEPTED, COMMAND, INVALID, REFUSED, UNKNOWN, VALID, Entry

DONE, FAILED = str(uuid.uuid4()), str(uuid.uuid4())

LIFE = (
    ("job.created", None, "PENDING", None),
    ("job.validated", "PENDING", "VALIDATED", 1),
    ("job.started", "VALIDATED", "EXECUTING", 1),
    ("job.completed", "EXECUTING", "COMPLETED", 1),
)
REFUSED_PAYLOAD = (
    ("job.created", None, "PENDING", None),
    ("job.failed", "PENDING", "FAILED", None),
)


def history(job: str, life: tuple) -> list[Event]:
    return [
        Event(job, version, type, previous, status, attempt, str(uuid.uuid5(uuid.UUID(job), str(version))))
        for version, (type, previous, status, attempt) in enumerate(life, start=1)
    ]


def correct_evidence() -> Evidence:
    """Returns evidence of two jobs without a violation."""
    done, failed = history(DONE, LIFE), history(FAILED, REFUSED_PAYLOAD)
    rows = [
        Row(DONE, "a", "key-a", "http.request", "default", "COMPLETED", 4, 1, 1),
        Row(FAILED, "b", None, "echo", "default", "FAILED", 2, 0, 1),
    ]
    return Evidence(
        entries=[
            Entry(1, "/jobs", {"type": "http.request"}, ["a"], "key-a", None, ACCEPTED, 201, [DONE]),
            Entry(2, "/jobs", {"type": "echo"}, ["b"], None, None, ACCEPTED, 201, [FAILED]),
            Entry(3, "/jobs", {"type": "echo", "id": 1}, ["c"], None, None, REFUSED, 422, [], INVALID),
            Entry(4, "/jobs", {"type": "echo"}, ["d"], None, None, UNKNOWN, None, []),
        ],
        rows=rows,
        status_counts=Counter(row.status for row in rows),
        stored_events={DONE: done, FAILED: failed},
        listed_jobs={row.id: {"status": row.status, "version": row.version, "run": row.run} for row in rows},
        listed_events=[*reversed(done), *reversed(failed)],
        histories={DONE: done},
        streamed_events=[*done, *failed],
        views=Views(
            {"totalJobs": 2, "pendingJobs": 0, "executingJobs": 0, "completedJobs": 1, "failedJobs": 1,
             "cancelledJobs": 0},
            {"COMPLETED": 1, "FAILED": 1}, digest_before="d", digest_after="d",
        ),
        logs={DONE: ["a"]},
        finished_attempts={DONE: 1},
        lost_attempts=0,
        left_over=[],
        calls=Counter({"a": 1}),
        tokens={"a": {"t"}},
        integrity=[],
        panics=[],
        exit_code=0,
    )


class CheckerTest(unittest.TestCase):
    def assert_rules(self, evidence: Evidence, *expected: str) -> None:
        self.assertEqual(set(expected), {violation.rule for violation in check(evidence)})

    def test_correct_evidence_passes(self) -> None:
        self.assertEqual([], check(correct_evidence()))

    def test_lost_job_is_reported(self) -> None:
        evidence = correct_evidence()
        evidence.entries.append(Entry(5, "/jobs", {}, ["e"], None, None, ACCEPTED, 201, [str(uuid.uuid4())]))
        self.assert_rules(evidence, "lost")

    def test_job_with_unknown_outcome_may_be_missing(self) -> None:
        evidence = correct_evidence()
        evidence.entries.append(Entry(5, "/jobs", {}, ["e"], "key-e", None, UNKNOWN, None, []))
        self.assert_rules(evidence)

    def test_refused_or_unrequested_job_is_reported(self) -> None:
        evidence = correct_evidence()
        evidence.entries[1].outcome = REFUSED
        self.assert_rules(evidence, "phantom")
        evidence.entries[1].refs = []
        self.assert_rules(evidence, "phantom")

    def test_unfinished_job_is_reported(self) -> None:
        evidence = correct_evidence()
        evidence.rows[1] = replace(evidence.rows[1], status="PENDING")
        self.assertIn("unfinished", {violation.rule for violation in check(evidence)})

    def test_two_jobs_with_one_key_are_reported(self) -> None:
        evidence = correct_evidence()
        evidence.rows[1] = replace(evidence.rows[1], key="key-a")
        self.assert_rules(evidence, "duplicate")

    def test_different_answer_to_a_repeat_is_reported(self) -> None:
        evidence = correct_evidence()
        body = evidence.entries[0].body
        evidence.entries.append(Entry(5, "/jobs", body, ["a"], "key-a", 1, ACCEPTED, 200, [FAILED]))
        self.assert_rules(evidence, "repeat")

    def test_refused_repeat_is_reported_unless_its_key_has_another_body(self) -> None:
        for body, expected, rules in ((correct_evidence().entries[0].body, VALID, ["repeat", "answers"]),
                                      ({"type": "other"}, INVALID, [])):
            evidence = correct_evidence()
            evidence.entries.append(Entry(5, "/jobs", body, ["x"], "key-a", None, UNKNOWN, None, []))
            evidence.entries.append(Entry(6, "/jobs", body, ["x"], "key-a", 5, REFUSED, 422, [], expected))
            self.assert_rules(evidence, *rules)

    def test_unexpected_answer_is_reported(self) -> None:
        for number, expected, status in ((0, VALID, 422), (0, VALID, 503), (2, INVALID, 201)):
            evidence = correct_evidence()
            evidence.entries[number].expected, evidence.entries[number].status = expected, status
            self.assertIn("answers", {violation.rule for violation in check(evidence)})
        evidence = correct_evidence()
        evidence.entries[0].status = 429
        self.assert_rules(evidence)
        for status, rules in ((409, []), (404, ["answers"])):
            evidence = correct_evidence()
            path = f"/jobs/{DONE}/cancel"
            evidence.entries.append(Entry(5, path, {}, [], None, None, REFUSED, status, [], COMMAND))
            self.assert_rules(evidence, *rules)

    def test_cancelled_job_that_continues_is_reported_unless_it_was_retried(self) -> None:
        evidence = correct_evidence()
        cancel = Entry(5, f"/jobs/{DONE}/cancel", {}, [], None, None, ACCEPTED, 202, [DONE], COMMAND, "CANCELLED")
        evidence.entries.append(cancel)
        self.assert_rules(evidence, "commands")
        evidence.entries.append(Entry(6, f"/jobs/{DONE}/retry", {}, [], None, None, REFUSED, 409, [], COMMAND))
        self.assert_rules(evidence, "commands")
        evidence.entries.append(Entry(7, f"/jobs/{DONE}/retry", {}, [], None, None, UNKNOWN, None, [], COMMAND))
        self.assert_rules(evidence)

    def test_retry_without_a_run_is_reported(self) -> None:
        evidence = correct_evidence()
        retry = Entry(5, f"/jobs/{FAILED}/retry", {}, [], None, None, ACCEPTED, 202, [FAILED], COMMAND, "PENDING")
        evidence.entries.append(retry)
        self.assert_rules(evidence, "commands")

    def test_log_without_the_output_is_reported(self) -> None:
        for lines in ([], ["b"], ["a", "a"]):
            evidence = correct_evidence()
            evidence.logs[DONE] = lines
            self.assert_rules(evidence, "logs")

    def test_key_accepted_with_two_bodies_is_reported(self) -> None:
        evidence = correct_evidence()
        evidence.entries.append(Entry(5, "/jobs", {"type": "echo"}, ["a"], "key-a", None, ACCEPTED, 200, [DONE]))
        self.assert_rules(evidence, "conflict")

    def test_partial_batch_is_reported(self) -> None:
        evidence = correct_evidence()
        evidence.entries[1] = Entry(2, "/jobs/batch", {"jobs": [{}, {}]}, ["b", "z"], None, None, UNKNOWN, None, [])
        self.assert_rules(evidence, "partial")

    def test_second_terminal_event_is_reported(self) -> None:
        evidence = correct_evidence()
        again = Event(DONE, 5, "job.completed", "COMPLETED", "COMPLETED", 1)
        evidence.stored_events[DONE] = [*evidence.stored_events[DONE], again]
        rules = {violation.rule for violation in check(evidence)}
        self.assertLessEqual({"finished", "moves", "versions", "stream"}, rules)

    def test_gap_between_versions_is_reported(self) -> None:
        evidence = correct_evidence()
        evidence.histories[DONE] = [event for event in history(DONE, LIFE) if event.version != 2]
        self.assert_rules(evidence, "versions", "moves")

    def test_illegal_transition_is_reported(self) -> None:
        evidence = correct_evidence()
        life = (LIFE[0], ("job.completed", "PENDING", "COMPLETED", None))
        evidence.listed_events = [*reversed(history(DONE, life)), *reversed(history(FAILED, REFUSED_PAYLOAD))]
        self.assert_rules(evidence, "versions", "moves")

    def test_missing_duplicate_and_unordered_stream_events_are_reported(self) -> None:
        events = correct_evidence().streamed_events
        for broken in (events[:-1], [*events, events[-1]], [events[1], events[0], *events[2:]]):
            evidence = correct_evidence()
            evidence.streamed_events = broken
            self.assert_rules(evidence, "stream")

    def test_event_id_that_is_not_derived_is_reported(self) -> None:
        evidence = correct_evidence()
        evidence.streamed_events[0] = replace(evidence.streamed_events[0], id=str(uuid.uuid4()))
        self.assert_rules(evidence, "stream")

    def test_different_status_in_the_api_is_reported(self) -> None:
        evidence = correct_evidence()
        evidence.listed_jobs[DONE]["status"] = "EXECUTING"
        self.assert_rules(evidence, "listed")
        del evidence.listed_jobs[DONE]
        self.assert_rules(evidence, "listed")

    def test_wrong_number_of_attempts_is_reported(self) -> None:
        evidence = correct_evidence()
        evidence.finished_attempts = {}
        self.assert_rules(evidence, "attempts")

    def test_remaining_ready_job_is_reported(self) -> None:
        evidence = correct_evidence()
        evidence.left_over = ["ready contains job 7"]
        self.assert_rules(evidence, "places")

    def test_wrong_totals_and_digests_are_reported(self) -> None:
        evidence = correct_evidence()
        evidence.views.stats["completedJobs"] = 2
        self.assert_rules(evidence, "views")
        evidence = correct_evidence()
        evidence.views.statuses["PENDING"] = 1
        self.assert_rules(evidence, "views")
        evidence = correct_evidence()
        evidence.views.digest_after = "e"
        self.assert_rules(evidence, "views")

    def test_calls_without_attempt_and_completion_without_call_are_reported(self) -> None:
        for calls in (0, 2):
            evidence = correct_evidence()
            evidence.calls = Counter({"a": calls})
            self.assert_rules(evidence, "effects")
        evidence = correct_evidence()
        evidence.tokens = {"a": {"t", "u"}}
        self.assert_rules(evidence, "effects")

    def test_damaged_file_panic_and_failed_exit_are_reported(self) -> None:
        evidence = correct_evidence()
        evidence.integrity, evidence.panics, evidence.exit_code = ["row missing"], ["panicked at x"], 1
        self.assert_rules(evidence, "integrity", "panic", "exit")


if __name__ == "__main__":
    unittest.main()
