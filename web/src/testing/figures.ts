// Answers of the read model with figures, for unit tests.
import type { FailureGroup } from "../services/failures";
import type { TypeDetail, TypeSummary } from "../services/jobTypes";
import type { Durations, Job, Overview, Queue } from "../services/readModel";
import type { Worker } from "../services/workers";

export const AT = "2026-11-30T12:00:00.000000Z";
export const JOB_ID = "0192f0c1-0000-7000-8000-00000000abcd";

export const durations = (changes: Partial<Durations> = {}): Durations => ({
  count: 10,
  p50Ms: 5,
  p95Ms: 120,
  p99Ms: 2_000,
  ...changes,
});

export const job = (changes: Partial<Job> = {}): Job =>
  ({
    id: JOB_ID,
    type: "email",
    queue: "slow",
    status: "FAILED",
    attempt: 3,
    maxAttempts: 5,
    createdAt: AT,
    updatedAt: AT,
    ...changes,
  }) as Job;

export const overview = (changes: Partial<Overview> = {}): Overview => ({
  stats: {
    totalJobs: 10,
    pendingJobs: 3,
    executingJobs: 1,
    completedJobs: 5,
    failedJobs: 1,
    cancelledJobs: 0,
    lastEventTime: AT,
    asOf: AT,
  },
  statuses: { SCHEDULED: 2 },
  submittedPerSecond: 1.5,
  finishedPerSecond: 1.25,
  wait: durations(),
  run: durations(),
  queues: [],
  recentJobs: [],
  alerts: [],
  ...changes,
});

export const group = (changes: Partial<FailureGroup> = {}): FailureGroup => ({
  fingerprint: "a1b2c3d4e5f60001",
  type: "email",
  queue: "mail",
  code: "timed_out",
  message: "connection refused",
  firstSeenAt: AT,
  lastSeenAt: AT,
  occurrences: 17_000,
  jobs: 31,
  versions: ["0.1.0", "0.1.1"],
  sampleJobIds: [JOB_ID],
  ...changes,
});

export const typeSummary = (changes: Partial<TypeSummary> = {}): TypeSummary => ({
  type: "email",
  submitted: 100,
  started: 110,
  completed: 90,
  failed: 10,
  cancelled: 0,
  retried: 12,
  wait: durations(),
  run: durations(),
  submittedPerSecond: 0.5,
  finishedPerSecond: 0.25,
  failureRatio: 0.1,
  ...changes,
});

export const typeDetail = (changes: Partial<TypeDetail> = {}): TypeDetail => ({
  summary: typeSummary(),
  window: "1h",
  statuses: { FAILED: 10, PENDING: 4 },
  runHistogram: {
    buckets: [
      { upToMs: 1, count: 0 },
      { upToMs: 10, count: 30 },
      { upToMs: null, count: 10 },
    ],
  },
  waitHistogram: { buckets: [{ upToMs: null, count: 0 }] },
  versions: [{ version: "0.1.1", attempts: 40, failed: 10 }],
  failures: [group()],
  schema: { type: "object", properties: { to: { type: "string" } }, required: ["to"] },
  asOf: AT,
  ...changes,
});

export const queue = (changes: Partial<Queue> = {}): Queue => ({
  queue: "mail",
  ready: 4,
  delayed: 2,
  executing: 1,
  failed: 3,
  oldestReadySeconds: 12,
  ...changes,
});

export const worker = (changes: Partial<Worker> = {}): Worker => ({
  workerId: "processor-1",
  version: "0.1.0",
  status: "ACTIVE",
  concurrency: 8,
  running: 2,
  queues: null,
  types: ["email"],
  startedAt: AT,
  lastSeenAt: AT,
  ...changes,
});

/** The problem of a read model that does not know a route. */
export const UNKNOWN_ROUTE = {
  type: "/problems/not_found",
  title: "Not found",
  status: 404,
  detail: "there is no such route; /docs lists all routes",
  code: "not_found",
};
