// Jobs and events of the pictures.
import type { components } from "../../../src/generated/read-model";
import { TYPES, QUEUES, STATUSES, before, hex, jobId, pick } from "./fixedNames";

type Schemas = components["schemas"];
type Job = Schemas["job"];

export function job(number: number): Job {
  const status = pick(STATUSES, number);
  const age = 20 + number * 41;
  const isStarted = !["PENDING", "SCHEDULED"].includes(status);
  const isFinished = ["COMPLETED", "FAILED", "CANCELLED"].includes(status);
  return {
    id: jobId(number),
    type: pick(TYPES, number),
    queue: pick(QUEUES, number),
    status,
    version: isFinished ? 4 : 2,
    priority: number % 4 === 0 ? 5 : 0,
    attempt: isStarted ? 1 + (number % 3) : 0,
    maxAttempts: 5,
    run: 1,
    timeoutMs: 300_000,
    createdAt: before(age),
    updatedAt: before(age - 12),
    correlationId: `5f0e7a10-0000-4000-8000-${hex(number, 12)}`,
    ...(isStarted ? { startedAt: before(age - 5) } : {}),
    ...(isFinished ? { finishedAt: before(age - 12) } : {}),
    ...(status === "FAILED" || status === "RETRYING"
      ? { error: { reason: "error" as const, message: "connection refused: smtp.example.net:587" } }
      : {}),
    ...(status === "SCHEDULED" ? { runAt: before(-3_600) } : {}),
    ...(number % 5 === 0 ? { tags: ["nightly", "eu"] } : {}),
  };
}

export const jobs = Array.from({ length: 60 }, (_, index) => job(index));

/** A failed job, and one that runs. */
export const JOB_ID = jobId(2);
export const RUNNING_JOB_ID = jobId(0);

export const jobInFull: Job = {
  ...job(2),
  attempt: 3,
  tags: ["invoices", "eu"],
  metadata: { customer: "c-1042" },
  payload: {
    invoice: 20261130,
    lines: [{ sku: "A-17", count: 3, price: 19.9 }],
    to: "ada@example.net",
    urgent: true,
  },
  error: { reason: "error", message: "connection refused: smtp.example.net:587" },
  attempts: [1, 2, 3].map((attempt) => ({
    attempt,
    run: 1,
    workerId: "processor-7f3a",
    outcome: "FAILED" as const,
    startedAt: before(100 - attempt * 25),
    finishedAt: before(96 - attempt * 25),
    durationMs: 4_000,
    error: { reason: "error" as const, message: "connection refused: smtp.example.net:587" },
    logLines: 2,
  })),
};

const EVENT_TYPES = [
  "job.completed",
  "job.started",
  "job.created",
  "job.failed",
  "job.retrying",
  "job.validated",
] as const;

function envelope(number: number): Schemas["EventList"]["events"][number] {
  const id = jobId(number);
  const eventType = pick(EVENT_TYPES, number);
  return {
    contractVersion: "1.1.0",
    eventType,
    eventId: `e0000000-0000-5000-8000-${hex(number, 12)}`,
    occurredAt: before(1 + number * 3),
    producer: { service: "processor", instanceId: "processor-7f3a", version: "0.1.0" },
    correlationId: `5f0e7a10-0000-4000-8000-${hex(number, 12)}`,
    idempotencyKey: `${id}:2`,
    payload: {
      jobId: id,
      jobType: pick(TYPES, number),
      status: "EXECUTING",
      version: 2,
      attempt: 1,
    } as never,
  } as Schemas["EventList"]["events"][number];
}

export const events = Array.from({ length: 60 }, (_, index) => envelope(index));
