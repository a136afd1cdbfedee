import { describe, expect, test } from "vitest";
import type { EventEnvelope, Job, JobAttempt } from "../services/readModel";
import { timeIn, timeOf, waterfallOf } from "./waterfall";

const at = (ms: number): string => new Date(ms).toISOString();

const job = (fields: Partial<Job>): Job =>
  ({ createdAt: at(0), status: "COMPLETED", attempt: 1, run: 1, attempts: [], ...fields }) as Job;

const attempt = (number: number, startedAt: number, finishedAt?: number): JobAttempt =>
  ({
    attempt: number,
    run: 1,
    outcome: finishedAt === undefined ? "RUNNING" : "FAILED",
    startedAt: at(startedAt),
    ...(finishedAt === undefined ? {} : { finishedAt: at(finishedAt) }),
  }) as JobAttempt;

const event = (eventType: string, ms: number, payload: object = {}): EventEnvelope =>
  ({ eventType, occurredAt: at(ms), payload }) as EventEnvelope;

const stages = (waterfall: ReturnType<typeof waterfallOf>) =>
  waterfall.rows.map((row) => row.stages.map(({ kind, from, to }) => `${kind} ${from}-${to}`));

describe("with all events", () => {
  const events = [
    event("job.created", 0),
    event("job.validated", 40),
    event("job.started", 50, { attempt: 1 }),
    event("job.retrying", 100, { runAt: at(300) }),
    event("job.due", 310),
    event("job.validated", 400),
    event("job.started", 410, { attempt: 2 }),
  ];

  test("each attempt has the times that it was delayed, queued, claimed and running", () => {
    const shown = waterfallOf(
      job({ attempt: 2, attempts: [attempt(1, 50, 100), attempt(2, 410, 500)] }),
      events,
      0,
    );
    expect(stages(shown)).toEqual([
      ["queued 0-40", "claimed 40-50", "running 50-100"],
      ["delayed 100-310", "queued 310-400", "claimed 400-410", "running 410-500"],
    ]);
    expect([shown.start, shown.end]).toEqual([0, 500]);
    expect(shown.rows.map((row) => timeIn(row, "delayed"))).toEqual([0, 210]);
  });

  test("a running attempt lasts until now", () => {
    const shown = waterfallOf(
      job({ status: "EXECUTING", attempt: 2, attempts: [attempt(1, 50, 100), attempt(2, 410)] }),
      events,
      700,
    );
    expect(stages(shown)[1]?.at(-1)).toBe("running 410-700");
  });
});

test("without events, an attempt begins at the end of the one before", () => {
  const shown = waterfallOf(job({ attempt: 2, attempts: [attempt(1, 10, 20), attempt(2, 50, 60)] }), [], 0);
  expect(stages(shown)).toEqual([
    ["queued 0-10", "running 10-20"],
    ["queued 20-50", "running 50-60"],
  ]);
});

test("attempts before the listed ones are not guessed", () => {
  const shown = waterfallOf(job({ attempt: 7, attempts: [attempt(7, 900, 950)] }), [], 0);
  expect(stages(shown)).toEqual([["running 900-950"]]);
});

test("a scheduled job is delayed until its time, then queued", () => {
  const scheduled = job({ status: "SCHEDULED", attempt: 0, runAt: at(500) });
  const events = [event("job.created", 0, { runAt: at(500) })];
  expect(stages(waterfallOf(scheduled, events, 200))).toEqual([["delayed 0-200"]]);
  expect(stages(waterfallOf(job({ status: "PENDING", attempt: 0 }), [event("job.created", 0)], 200))).toEqual(
    [["queued 0-200"]],
  );
});

test("a job that waits for its next attempt has a row for it", () => {
  const retrying = job({ status: "RETRYING", attempts: [attempt(1, 10, 20)], runAt: at(90) });
  const events = [
    event("job.created", 0),
    event("job.started", 10, { attempt: 1 }),
    event("job.retrying", 20, { runAt: at(90) }),
  ];
  expect(stages(waterfallOf(retrying, events, 50))[1]).toEqual(["delayed 20-50"]);
});

test("a job that was cancelled before it ran shows how long it waited", () => {
  const cancelled = job({ status: "CANCELLED", attempt: 0, finishedAt: at(80) });
  expect(stages(waterfallOf(cancelled, [event("job.created", 0)], 0))).toEqual([["queued 0-80"]]);
});

test("times keep their microseconds", () => {
  expect(timeOf("2026-11-30T14:12:44.736864Z") - timeOf("2026-11-30T14:12:44.736Z")).toBeCloseTo(0.864, 3);
});
