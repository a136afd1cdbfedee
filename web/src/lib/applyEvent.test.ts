import { expect, test } from "vitest";
import { aJob, anEvent, idOf } from "../testing/jobLists";
import { applyEvent } from "./applyEvent";

const at = "2026-11-30T12:00:05.000000Z";
const event = (type: Parameters<typeof anEvent>[0], fields: Record<string, unknown>) =>
  anEvent(type, { jobId: idOf(1), ...fields }, at);

test("an event that the job already has changes nothing", () => {
  const job = aJob(1, { version: 4 });
  expect(applyEvent(job, event("job.started", { status: "EXECUTING", version: 4 }))).toBe(job);
});

test("a start begins the attempt, without the progress of the one before", () => {
  const job = aJob(1, { progress: { fraction: 0.5 } });
  const started = applyEvent(job, event("job.started", { status: "EXECUTING", version: 3, attempt: 1 }));
  expect(started).toMatchObject({
    status: "EXECUTING",
    version: 3,
    attempt: 1,
    startedAt: at,
    updatedAt: at,
  });
  expect(started.progress).toBeUndefined();
  expect(started.finishedAt).toBeUndefined();
});

test("progress, failure and completion are shown", () => {
  const progressed = applyEvent(
    aJob(1),
    event("job.progressed", { status: "EXECUTING", version: 2, fraction: 0.4, message: "half" }),
  );
  expect(progressed.progress).toEqual({ fraction: 0.4, message: "half" });
  const failed = applyEvent(
    progressed,
    event("job.failed", { status: "FAILED", version: 3, reason: "error", message: "no" }),
  );
  expect(failed).toMatchObject({ error: { reason: "error", message: "no" }, finishedAt: at });
  const completed = applyEvent(failed, event("job.completed", { status: "COMPLETED", version: 4 }));
  expect(completed.error).toBeUndefined();
});
