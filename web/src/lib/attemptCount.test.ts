import { expect, test } from "vitest";
import type { JobAttempt } from "../services/readModel";
import { aJob } from "../testing/jobLists";
import { attemptName, attemptText, attemptTotal, runCount } from "./attemptCount";

const attempt = (number: number, run: number): JobAttempt => ({ attempt: number, run }) as JobAttempt;

test("in the first run, the maximum is shown", () => {
  const job = aJob(1, { attempt: 2 });
  expect([attemptText(job), attemptName(job), attemptTotal(job), attemptText(aJob(1))]).toEqual([
    "2/3",
    "attempt 2 of 3",
    "2 of 3 attempts",
    "",
  ]);
});

test("after a retry, the maximum of a run is not that of all attempts", () => {
  const job = aJob(1, { attempt: 5, run: 2 });
  expect([attemptText(job), attemptName(job), attemptTotal(job), runCount(job)]).toEqual([
    "5",
    "attempt 5, run 2",
    "5 attempts",
    undefined,
  ]);
});

test("where the attempts are known, those of the run are counted", () => {
  const attempts = [attempt(1, 1), attempt(2, 1), attempt(3, 1), attempt(4, 2), attempt(5, 2)];
  const job = aJob(1, { attempt: 5, run: 2, attempts });
  expect(runCount(job)).toBe("2 of 3");
  expect(attemptTotal(job)).toBe("2 of 3 attempts of run 2");
  expect(runCount({ ...job, attempts: attempts.slice(3) })).toBeUndefined();
});

test("more attempts than the maximum are shown without it", () => {
  const job = aJob(1, { attempt: 10 });
  expect([attemptText(job), attemptName(job), attemptTotal(job)]).toEqual([
    "10",
    "attempt 10",
    "10 attempts",
  ]);
});
