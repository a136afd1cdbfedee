"""The judge sees every kind of broken promise, and nothing where all were kept."""

import unittest
import uuid
from collections import Counter
from dataclasses import replace

from evidence import Event, Evidence, Row, Views
from judge import judge
from ledger import ACCEPTED, COMMAND, INVALID, REFUSED, UNKNOWN, VALID, Entry

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


def kept() -> Evidence:
    """Two jobs, every promise kept."""
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


class JudgeTest(unittest.TestCase):
    def assert_rules(self, evidence: Evidence, *expected: str) -> None:
        self.assertEqual(set(expected), {violation.rule for violation in judge(evidence)})

    def test_nothing_is_found_where_every_promise_was_kept(self) -> None:
        self.assertEqual([], judge(kept()))

    def test_a_lost_job_is_found(self) -> None:
        evidence = kept()
        evidence.entries.append(Entry(5, "/jobs", {}, ["e"], None, None, ACCEPTED, 201, [str(uuid.uuid4())]))
        self.assert_rules(evidence, "lost")

    def test_a_job_of_an_unknown_outcome_may_be_missing(self) -> None:
        evidence = kept()
        evidence.entries.append(Entry(5, "/jobs", {}, ["e"], "key-e", None, UNKNOWN, None, []))
        self.assert_rules(evidence)

    def test_a_job_that_was_refused_or_never_asked_for_is_found(self) -> None:
        evidence = kept()
        evidence.entries[1].outcome = REFUSED
        self.assert_rules(evidence, "phantom")
        evidence.entries[1].refs = []
        self.assert_rules(evidence, "phantom")

    def test_an_unfinished_job_is_found(self) -> None:
        evidence = kept()
        evidence.rows[1] = replace(evidence.rows[1], status="PENDING")
        self.assertIn("unfinished", {violation.rule for violation in judge(evidence)})

    def test_two_jobs_of_one_key_are_found(self) -> None:
        evidence = kept()
        evidence.rows[1] = replace(evidence.rows[1], key="key-a")
        self.assert_rules(evidence, "duplicate")

    def test_another_answer_to_a_repeat_is_found(self) -> None:
        evidence = kept()
        body = evidence.entries[0].body
        evidence.entries.append(Entry(5, "/jobs", body, ["a"], "key-a", 1, ACCEPTED, 200, [FAILED]))
        self.assert_rules(evidence, "repeat")

    def test_a_repeat_that_is_refused_is_found_unless_its_key_belongs_to_another_body(self) -> None:
        for body, expected, rules in ((kept().entries[0].body, VALID, ["repeat", "answers"]),
                                      ({"type": "other"}, INVALID, [])):
            evidence = kept()
            evidence.entries.append(Entry(5, "/jobs", body, ["x"], "key-a", None, UNKNOWN, None, []))
            evidence.entries.append(Entry(6, "/jobs", body, ["x"], "key-a", 5, REFUSED, 422, [], expected))
            self.assert_rules(evidence, *rules)

    def test_an_answer_that_does_not_suit_the_request_is_found(self) -> None:
        for number, expected, status in ((0, VALID, 422), (0, VALID, 503), (2, INVALID, 201)):
            evidence = kept()
            evidence.entries[number].expected, evidence.entries[number].status = expected, status
            self.assertIn("answers", {violation.rule for violation in judge(evidence)})
        evidence = kept()
        evidence.entries[0].status = 429
        self.assert_rules(evidence)
        for status, rules in ((409, []), (404, ["answers"])):
            evidence = kept()
            path = f"/jobs/{DONE}/cancel"
            evidence.entries.append(Entry(5, path, {}, [], None, None, REFUSED, status, [], COMMAND))
            self.assert_rules(evidence, *rules)

    def test_a_cancelled_job_that_went_on_is_found_unless_it_was_retried(self) -> None:
        evidence = kept()
        cancel = Entry(5, f"/jobs/{DONE}/cancel", {}, [], None, None, ACCEPTED, 202, [DONE], COMMAND, "CANCELLED")
        evidence.entries.append(cancel)
        self.assert_rules(evidence, "commands")
        evidence.entries.append(Entry(6, f"/jobs/{DONE}/retry", {}, [], None, None, REFUSED, 409, [], COMMAND))
        self.assert_rules(evidence, "commands")
        evidence.entries.append(Entry(7, f"/jobs/{DONE}/retry", {}, [], None, None, UNKNOWN, None, [], COMMAND))
        self.assert_rules(evidence)

    def test_a_retry_without_its_run_is_found(self) -> None:
        evidence = kept()
        retry = Entry(5, f"/jobs/{FAILED}/retry", {}, [], None, None, ACCEPTED, 202, [FAILED], COMMAND, "PENDING")
        evidence.entries.append(retry)
        self.assert_rules(evidence, "commands")

    def test_a_log_without_what_was_said_is_found(self) -> None:
        for lines in ([], ["b"], ["a", "a"]):
            evidence = kept()
            evidence.logs[DONE] = lines
            self.assert_rules(evidence, "logs")

    def test_a_key_accepted_for_two_bodies_is_found(self) -> None:
        evidence = kept()
        evidence.entries.append(Entry(5, "/jobs", {"type": "echo"}, ["a"], "key-a", None, ACCEPTED, 200, [DONE]))
        self.assert_rules(evidence, "conflict")

    def test_half_a_batch_is_found(self) -> None:
        evidence = kept()
        evidence.entries[1] = Entry(2, "/jobs/batch", {"jobs": [{}, {}]}, ["b", "z"], None, None, UNKNOWN, None, [])
        self.assert_rules(evidence, "partial")

    def test_a_second_ending_is_found(self) -> None:
        evidence = kept()
        again = Event(DONE, 5, "job.completed", "COMPLETED", "COMPLETED", 1)
        evidence.stored_events[DONE] = [*evidence.stored_events[DONE], again]
        rules = {violation.rule for violation in judge(evidence)}
        self.assertLessEqual({"finished", "moves", "versions", "stream"}, rules)

    def test_a_gap_between_versions_is_found(self) -> None:
        evidence = kept()
        evidence.histories[DONE] = [event for event in history(DONE, LIFE) if event.version != 2]
        self.assert_rules(evidence, "versions", "moves")

    def test_an_illegal_move_is_found(self) -> None:
        evidence = kept()
        life = (LIFE[0], ("job.completed", "PENDING", "COMPLETED", None))
        evidence.listed_events = [*reversed(history(DONE, life)), *reversed(history(FAILED, REFUSED_PAYLOAD))]
        self.assert_rules(evidence, "versions", "moves")

    def test_events_missing_doubled_or_out_of_order_in_the_stream_are_found(self) -> None:
        events = kept().streamed_events
        for broken in (events[:-1], [*events, events[-1]], [events[1], events[0], *events[2:]]):
            evidence = kept()
            evidence.streamed_events = broken
            self.assert_rules(evidence, "stream")

    def test_an_event_id_that_is_not_derived_is_found(self) -> None:
        evidence = kept()
        evidence.streamed_events[0] = replace(evidence.streamed_events[0], id=str(uuid.uuid4()))
        self.assert_rules(evidence, "stream")

    def test_another_status_in_the_api_is_found(self) -> None:
        evidence = kept()
        evidence.listed_jobs[DONE]["status"] = "EXECUTING"
        self.assert_rules(evidence, "listed")
        del evidence.listed_jobs[DONE]
        self.assert_rules(evidence, "listed")

    def test_attempts_that_do_not_add_up_are_found(self) -> None:
        evidence = kept()
        evidence.finished_attempts = {}
        self.assert_rules(evidence, "attempts")

    def test_what_is_left_among_waiting_jobs_is_found(self) -> None:
        evidence = kept()
        evidence.left_over = ["ready holds job 7"]
        self.assert_rules(evidence, "places")

    def test_wrong_sums_and_digests_are_found(self) -> None:
        evidence = kept()
        evidence.views.stats["completedJobs"] = 2
        self.assert_rules(evidence, "views")
        evidence = kept()
        evidence.views.statuses["PENDING"] = 1
        self.assert_rules(evidence, "views")
        evidence = kept()
        evidence.views.digest_after = "e"
        self.assert_rules(evidence, "views")

    def test_effects_without_attempt_or_completion_without_effect_are_found(self) -> None:
        for calls in (0, 2):
            evidence = kept()
            evidence.calls = Counter({"a": calls})
            self.assert_rules(evidence, "effects")
        evidence = kept()
        evidence.tokens = {"a": {"t", "u"}}
        self.assert_rules(evidence, "effects")

    def test_a_damaged_file_a_panic_and_a_bad_exit_are_found(self) -> None:
        evidence = kept()
        evidence.integrity, evidence.panics, evidence.exit_code = ["row missing"], ["panicked at x"], 1
        self.assert_rules(evidence, "integrity", "panic", "exit")


if __name__ == "__main__":
    unittest.main()
