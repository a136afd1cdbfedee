// Answers about one job, for unit tests.
import { jsonAnswer, type Request } from "./answers";

export const JOB_ID = "0192f0c1-2f3b-7a51-b6a1-3f1f5a0c7c11";
export const TRACE_ID = "0af7651916cd43dd8448eb211c80319c";

const at = (seconds: number): string => new Date(Date.UTC(2026, 10, 30, 12, 0, seconds)).toISOString();

/** A job that failed in its second attempt. */
export const failedJob = {
  id: JOB_ID,
  type: "email",
  queue: "slow",
  status: "FAILED",
  version: 8,
  priority: 5,
  attempt: 2,
  maxAttempts: 2,
  run: 1,
  timeoutMs: 30_000,
  createdAt: at(0),
  updatedAt: at(9),
  startedAt: at(7),
  finishedAt: at(9),
  correlationId: "409fa130-fd44-4b70-acf0-7421dd85c322",
  tags: ["nightly"],
  metadata: { customer: "17", copiedFrom: "0192f0c1-0000-7a51-b6a1-3f1f5a0c7c11" },
  retry: { baseDelayMs: 500, maxDelayMs: 60_000, multiplier: 2 },
  error: { reason: "error", message: "mailbox \u001b[31mfull" },
  fingerprint: "00ff00ff00ff00ff",
  attempts: [
    attempt(1, 1, 3, {
      error: { reason: "timed_out", message: "too slow" },
      outcome: "TIMEDOUT",
      logLines: 0,
    }),
    attempt(2, 7, 9, { error: { reason: "error", message: "mailbox \u001b[31mfull" }, logLines: 2 }),
  ],
};

function attempt(number: number, from: number, to: number, more: object) {
  return {
    attempt: number,
    run: 1,
    workerId: "06f35f6e-367f-43e6-8e06-9caca5cede6a",
    outcome: "FAILED",
    startedAt: at(from),
    finishedAt: at(to),
    durationMs: (to - from) * 1_000,
    ...more,
  };
}

const event = (version: number, eventType: string, seconds: number, status: string, more: object = {}) => ({
  contractVersion: "1.1.0",
  eventType,
  eventId: `7c032250-dfac-51a1-87a0-0c2176b3cc${String(version).padStart(2, "0")}`,
  occurredAt: at(seconds),
  producer: { service: "processor", instanceId: "06f35f6e-367f-43e6-8e06-9caca5cede6a", version: "0.1.0" },
  correlationId: failedJob.correlationId,
  idempotencyKey: `${JOB_ID}:${version}`,
  traceparent: `00-${TRACE_ID}-b7ad6b7169203331-01`,
  payload: { jobId: JOB_ID, jobType: "email", queue: "slow", status, version, ...more },
});

export const jobHistory = [
  event(1, "job.created", 0, "PENDING"),
  event(2, "job.validated", 1, "VALIDATED"),
  event(3, "job.started", 1, "EXECUTING", { attempt: 1, waitMs: 1_000 }),
  event(4, "job.retrying", 3, "RETRYING", {
    attempt: 1,
    reason: "timed_out",
    runAt: at(6),
    durationMs: 2_000,
  }),
  event(5, "job.due", 6, "PENDING"),
  event(6, "job.validated", 7, "VALIDATED"),
  event(7, "job.started", 7, "EXECUTING", { attempt: 2, waitMs: 1_000 }),
  event(8, "job.failed", 9, "FAILED", { attempt: 2, reason: "error", durationMs: 2_000 }),
];

const explanation = {
  jobId: JOB_ID,
  status: "FAILED",
  summary: "It failed.",
  causes: [
    { code: "dead_letter", detail: "The job failed after 2 attempts.", hint: "Fix the cause.", since: at(9) },
  ],
  asOf: at(10),
};

const log = [
  { at: at(7), line: "connecting", stream: "log" },
  { at: at(8), line: "\u001b[31mrefused", stream: "stderr" },
];

/** The text of a job, with numbers that JavaScript cannot represent. */
export const jobText = (job: object): string =>
  JSON.stringify(job).replace(/}$/, ',"payload":{"to":"a@example.com","amount":12345678901234567890.10}}');

/** Answers the queries of the page of a job. */
export function answerJob({ path }: Request, job: object = failedJob): Response {
  if (path.endsWith("/events")) return jsonAnswer({ events: jobHistory });
  if (path.endsWith("/log")) return jsonAnswer({ lines: log });
  if (path.includes("/explain/")) return jsonAnswer(explanation);
  return new Response(jobText(job), { headers: { "content-type": "application/json" } });
}
