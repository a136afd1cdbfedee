import type { EventEnvelope } from "../services/readModel";

/** The id of the job of all these events. */
export const EVENT_JOB_ID = "01a22cd6-1678-73c1-a8a5-33d6d8a4626d";

/** The event with a number; greater numbers are newer. */
export function eventOf(number: number, changes: Partial<EventEnvelope> = {}): EventEnvelope {
  return {
    contractVersion: "1.1.0",
    eventType: "job.started",
    eventId: `00000000-0000-5000-8000-${String(number).padStart(12, "0")}`,
    occurredAt: new Date(Date.UTC(2026, 10, 30) + number * 1_000).toISOString(),
    producer: { service: "processor", instanceId: "p1", version: "0.1.0" },
    correlationId: "5137e3b7-cb93-4213-b971-c59cd7c573ac",
    idempotencyKey: `${EVENT_JOB_ID}:${number}`,
    payload: {
      jobId: EVENT_JOB_ID,
      jobType: "sleep",
      queue: "default",
      status: "EXECUTING",
      version: number,
      attempt: 1,
    },
    ...changes,
  } as EventEnvelope;
}

/** The events from `from` down to `to`, the newest first. */
export const eventsDown = (from: number, to: number): EventEnvelope[] =>
  Array.from({ length: from - to + 1 }, (_, index) => eventOf(from - index));
