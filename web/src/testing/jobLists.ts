// Jobs and lists of jobs for unit tests.
import type { EventEnvelope, Job, JobList } from "../services/readModel";

/** The id of the job with this number. */
export const idOf = (number: number): string =>
  `0192f0c1-${(number >> 16).toString(16).padStart(4, "0")}-7a51-b6a1-${(number & 0xffff).toString(16).padStart(12, "0")}`;

export const aJob = (number: number, fields: Partial<Job> = {}): Job => ({
  id: idOf(number),
  type: "email",
  queue: "default",
  status: "PENDING",
  version: 1,
  priority: 0,
  attempt: 0,
  maxAttempts: 3,
  run: 1,
  timeoutMs: 1_000,
  createdAt: "2026-11-30T12:00:00.000000Z",
  updatedAt: "2026-11-30T12:00:00.000000Z",
  correlationId: "0192f0c1-2f3b-7a51-b6a1-3f1f5a0c7c11",
  ...fields,
});

/** The page of the jobs from a number on, whose cursor is the number of the next one. */
export function aPage(from: number, count: number, total: number, fields: Partial<Job> = {}): JobList {
  const end = Math.min(from + count, total);
  const jobs = Array.from({ length: end - from }, (_, index) => aJob(from + index, fields));
  return end < total ? { jobs, nextCursor: String(end) } : { jobs };
}

export const anEvent = (
  eventType: EventEnvelope["eventType"],
  payload: Record<string, unknown>,
  occurredAt = "2026-11-30T12:00:01.000000Z",
): EventEnvelope =>
  ({
    contractVersion: "1.1.0",
    eventType,
    eventId: crypto.randomUUID(),
    occurredAt,
    producer: { service: "gateway", instanceId: "i", version: "0" },
    correlationId: "0192f0c1-2f3b-7a51-b6a1-3f1f5a0c7c11",
    idempotencyKey: "k",
    payload: { jobType: "email", queue: "default", ...payload },
  }) as unknown as EventEnvelope;
