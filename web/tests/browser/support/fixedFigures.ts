// Figures of the pictures: counts, queues, charts, types, failures, workers.
import type { components } from "../../../src/generated/read-model";
import { QUEUES, TYPES, before, hex, jobId, pick } from "./fixedNames";

type Schemas = components["schemas"];

export const durations = (p50: number): Schemas["durations"] => ({
  count: 4_210,
  p50Ms: p50,
  p95Ms: p50 * 4,
  p99Ms: p50 * 9,
});

export const stats: Schemas["stats"] = {
  totalJobs: 128_409,
  pendingJobs: 1_284,
  executingJobs: 32,
  completedJobs: 126_650,
  failedJobs: 311,
  cancelledJobs: 132,
  lastEventTime: before(0.2),
  asOf: before(0.1),
  ageMs: 100,
};

export const queues: Schemas["queue"][] = QUEUES.map((queue, index) => ({
  queue,
  ready: [12, 840, 0, 401][index] ?? 0,
  delayed: [3, 14, 0, 14][index] ?? 0,
  executing: [12, 14, 2, 4][index] ?? 0,
  failed: [8, 290, 0, 13][index] ?? 0,
  oldestReadySeconds: [0.4, 94, null, 1_830][index] ?? null,
  running: [12, 14, 2, 4][index] ?? 0,
  concurrency: 64,
  utilisation: [0.19, 0.22, 0.03, 0.06][index] ?? 0,
  arrivalPerSecond: [30, 40, 2, 1][index] ?? 0,
  finishPerSecond: [32, 34, 2, 2][index] ?? 0,
  drainSeconds: [6, null, 0, 401][index] ?? null,
  types: [{ type: pick(TYPES, index), count: [15, 854, 2, 415][index] ?? 0 }],
  depthHistory: Array.from({ length: 30 }, (_, step) => [12, 300 + step * 18, 0, 401][index] ?? 0),
}));

/** A curve that looks like measurements and is the same on each run. */
export function timeseries(metric: string, window: string): Schemas["Timeseries"] {
  const [stepSeconds, count] = (
    { "15m": [10, 90], "1h": [60, 60], "6h": [300, 72], "24h": [900, 96] } as const
  )[window as "1h"] ?? [60, 60];
  const isTime = /^(wait|run)_/.test(metric);
  const scale = metric.endsWith("p99")
    ? 9
    : metric.endsWith("p95")
      ? 4
      : metric === "failed"
        ? 0.06
        : metric === "cancelled"
          ? 0.02
          : 1;
  return {
    metric: metric as Schemas["TimeseriesMetric"],
    window: window as Schemas["TimeseriesWindow"],
    unit: isTime ? "ms" : "count",
    stepSeconds: stepSeconds as 60,
    points: Array.from({ length: count }, (_, index) => ({
      at: before((count - index) * stepSeconds),
      value: Math.round(
        (60 + 25 * Math.sin(index / 7) + 9 * Math.sin(index * 1.7)) * scale * (isTime ? 0.6 : 4),
      ),
    })),
    asOf: before(0.1),
  };
}

export const typeMetrics: Schemas["TypeMetrics"][] = TYPES.map((type, index) => ({
  type,
  submitted: 8_000 - index * 1_450,
  started: 7_960 - index * 1_440,
  completed: 7_900 - index * 1_440,
  failed: [290, 3, 0, 13, 5][index] ?? 0,
  cancelled: index,
  retried: [804, 9, 2, 40, 11][index] ?? 0,
  wait: durations(12 + index * 6),
  run: durations(30 + index * 55),
}));

export const typeSummaries: Schemas["TypeSummary"][] = typeMetrics.map((metrics) => ({
  ...metrics,
  submittedPerSecond: metrics.submitted / 3_600,
  finishedPerSecond: metrics.completed / 3_600,
  failureRatio: metrics.failed / (metrics.completed + metrics.failed),
}));

export const FINGERPRINT = "00c0ffee00c0ffee";

export const failureGroups: Schemas["FailureGroup"][] = [
  ["email.send", "mail", "connection refused: smtp.example.net:587", 290, 21],
  ["report.nightly", "slow", "query exceeded 30 s: monthly totals", 13, 1_900],
  ["http.request", undefined, "the server answered with 503", 5, 9_400],
].map(([type, queue, message, jobs, age], index) => ({
  fingerprint: index === 0 ? FINGERPRINT : hex(index * 7_919, 16),
  type: String(type),
  ...(queue ? { queue: String(queue) } : {}),
  code: "error" as const,
  message: String(message),
  firstSeenAt: before(Number(age) + 80_000),
  lastSeenAt: before(Number(age)),
  occurrences: Number(jobs) * 3,
  jobs: Number(jobs),
  versions: ["0.1.0"],
  sampleJobIds: [jobId(2), jobId(11)],
}));

/** Counts in classes of durations that double. */
const histogram = (first: number): Schemas["Histogram"] => ({
  buckets: [12, 160, 840, 1_900, 1_100, 380, 60, 4].map((count, index) => ({
    upToMs: index === 7 ? null : first * 2 ** index,
    count,
  })),
});

export const typeDetail: Schemas["TypeDetail"] = {
  summary: typeSummaries[0] as Schemas["TypeSummary"],
  statuses: { PENDING: 840, EXECUTING: 14, COMPLETED: 41_200, FAILED: 290 },
  runHistogram: histogram(8),
  waitHistogram: histogram(2),
  versions: [{ version: "0.1.0", attempts: 8_704, failed: 1_094 }],
  failures: failureGroups.slice(0, 1),
  schema: null,
  window: "1h",
  asOf: before(0.1),
};

export const integrity: Schemas["Integrity"] = {
  accepted: 128_409,
  finished: 127_093,
  completed: 126_650,
  failed: 311,
  cancelled: 132,
  inFlight: 1_316,
  removed: 0,
  lost: 0,
  duplicated: 0,
  evidence: [
    { name: "accepted", value: 128_409, detail: "Jobs with an event job.created in the history." },
    { name: "rows", value: 128_409, detail: "Rows of jobs in the store." },
  ],
  asOf: before(0.4),
};

export const workers: Schemas["Worker"][] = ["processor-7f3a", "processor-91bc"].map((workerId, index) => ({
  workerId,
  version: "0.1.0",
  status: index === 0 ? "ACTIVE" : "DRAINING",
  concurrency: 32,
  running: index === 0 ? 28 : 4,
  queues: index === 0 ? null : ["mail", "slow"],
  types: null,
  startedAt: before(86_400 + index * 9_000),
  lastSeenAt: before(2 + index),
}));
