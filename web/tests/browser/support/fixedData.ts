// The data of all pictures: a small shop whose jobs send mail, render invoices and resize images.
import type { components } from "../../../src/generated/read-model";
import type { Session } from "../../../src/services/session";
import {
  FINGERPRINT,
  durations,
  failureGroups,
  integrity,
  queues,
  stats,
  typeDetail,
  typeMetrics,
  typeSummaries,
  workers,
} from "./fixedFigures";
import { JOB_ID, RUNNING_JOB_ID, events, job, jobInFull, jobs } from "./fixedJobs";
import { before } from "./fixedNames";

type Schemas = components["schemas"];
type Overview = Omit<Schemas["overview"], "$defs">;

export const session: Session = {
  authentication: "none",
  caller: null,
  version: "0.1.0",
  terminal: { configured: true },
};

const alert: Schemas["alert"] = {
  id: "queue-backlog-mail",
  name: "QueueBacklogGrowing",
  severity: "warning",
  state: "firing",
  summary: "The queue mail has grown for 10 minutes: 840 jobs wait, the oldest for 94 s.",
  description: "Jobs arrive faster than they finish.",
  runbookUrl: "https://odd-dashboard.dev/docs/guides/alerts#queue-backlog",
  jobsUrl: "jobs?filter=queue%3Amail%20status%3APENDING",
  action: "Start more workers for the queue, or find out what slows them down.",
  startsAt: before(640),
  activeAt: before(1_240),
  labels: { queue: "mail", severity: "warning" },
};

const overview: Overview = {
  stats,
  statuses: {
    SCHEDULED: 31,
    PENDING: 1_239,
    VALIDATED: 2,
    EXECUTING: 32,
    RETRYING: 14,
    COMPLETED: 126_650,
    FAILED: 311,
    CANCELLED: 132,
  },
  submittedPerSecond: 84.2,
  finishedPerSecond: 79.9,
  wait: durations(18),
  run: durations(42),
  queues,
  recentJobs: jobs.slice(0, 10),
  alerts: [alert],
};

/** Answers by path; `*` is one path segment. */
export const loaded: Record<string, unknown> = {
  "read-model/overview": overview,
  "read-model/stats": stats,
  "read-model/jobs": { jobs } satisfies Schemas["JobList"],
  [`read-model/jobs/${JOB_ID}`]: jobInFull,
  [`read-model/jobs/${RUNNING_JOB_ID}`]: job(0),
  [`read-model/jobs/${RUNNING_JOB_ID}/events`]: { events: events.slice(0, 1) } satisfies Schemas["EventList"],
  [`read-model/jobs/${JOB_ID}/events`]: { events: events.slice(0, 8) } satisfies Schemas["EventList"],
  [`read-model/jobs/${JOB_ID}/attempts/3/log`]: {
    lines: [
      { at: before(24), stream: "log", text: "connecting to smtp.example.net:587" },
      { at: before(21), stream: "log", text: "connection refused" },
    ],
  },
  "read-model/explain/*": {
    jobId: JOB_ID,
    status: "FAILED",
    summary: "The job failed 3 of 3 times and waits for an operator.",
    causes: [
      {
        code: "dead_letter",
        detail: "The job failed 3 of 3 times and waits for an operator.",
        hint: "Fix the cause, then retry it.",
        since: before(21),
      },
    ],
    asOf: before(0.1),
  } satisfies Schemas["Explanation"],
  "read-model/events": { events } satisfies Schemas["EventList"],
  "read-model/alerts": {
    alerts: [alert, { ...alert, id: "slow", name: "OldestJobWaits", severity: "info", state: "pending" }],
    source: { status: "ok", asOf: before(1) },
  } satisfies Schemas["AlertList"],
  "read-model/alerts/history": {
    alerts: [{ ...alert, id: "old", state: "resolved", endsAt: before(7_200), startsAt: before(9_000) }],
    source: { status: "ok", asOf: before(1) },
  } satisfies Schemas["AlertHistory"],
  "read-model/metrics/snapshot": {
    submittedPerSecond: 84.2,
    startedPerSecond: 81.4,
    finishedPerSecond: 79.9,
    failureRatio: 0.012,
    wait: durations(18),
    run: durations(42),
    types: typeMetrics,
    asOf: before(0.1),
  } satisfies Schemas["MetricsSnapshot"],
  "read-model/queues": { queues, asOf: before(0.1) } satisfies Schemas["QueueList"],
  "read-model/types": { types: typeSummaries, window: "1h", asOf: before(0.1) } satisfies Schemas["TypeList"],
  "read-model/types/*": typeDetail,
  "read-model/failures": {
    groups: failureGroups,
    unlisted: 0,
    asOf: before(0.1),
  } satisfies Schemas["FailureList"],
  [`read-model/failures/${FINGERPRINT}`]: {
    group: failureGroups[0] as Schemas["FailureGroup"],
    asOf: before(0.1),
  } satisfies Schemas["Failure"],
  "read-model/integrity": integrity,
  "read-model/workers": { workers, asOf: before(0.1) } satisfies Schemas["WorkerList"],
  "read-model/services": {
    services: ["gateway", "processor", "metrics-engine", "read-model"].map((name, index) => ({
      name,
      url: `http://127.0.0.1:${[3000, 8000, 8090, 8080][index]}`,
      status: index === 2 ? ("degraded" as const) : ("up" as const),
      version: "0.1.0",
      ...(index === 2 ? { detail: "the archive does not answer: connection refused" } : {}),
    })),
    asOf: before(0.5),
  } satisfies Schemas["ServiceList"],
  "read-model/health/summary": {
    status: "degraded",
    summary: "The queue mail grows, and the archive does not answer.",
    causes: [
      {
        status: "degraded",
        summary: alert.summary,
        since: before(640),
        alert: alert.name,
        action: alert.action ?? "",
      },
      {
        status: "degraded",
        summary: "The archive of the metrics-engine does not answer.",
        since: before(95),
        action: "Check the database of the archive.",
      },
    ],
    asOf: before(0.5),
  } satisfies Schemas["HealthSummary"],
  "read-model/ui-registry": {
    source: "built-in",
    registry: {
      version: "1.0.1",
      uis: [
        ["web", "Web dashboard", "Jobs, events, alerts and a terminal in the browser.", "observatory", 8081],
        ["gateway-docs", "Gateway API", "Try the operations that submit and control jobs.", "api", 3000],
        [
          "grafana",
          "Grafana",
          "Dashboards of the system, its services, queues and job times.",
          "monitoring",
          3002,
        ],
        ["rabbitmq", "RabbitMQ management", "Queues and connections of the broker.", "storage", 15672],
      ].map(([id, name, description, category, port]) => ({
        id: String(id),
        name: String(name),
        description: String(description),
        category: category as "api",
        url: `http://127.0.0.1:${port}/`,
        deployments: ["embedded" as const],
      })),
    },
  },
  "gateway/dead-letters": {
    jobs: jobs
      .filter(({ status }) => status === "FAILED")
      .map((one) => ({ ...one, payload: { to: "ada@example.net" } })),
  },
};

/** Answers of an observatory without jobs. */
export const empty: Record<string, unknown> = {
  "read-model/overview": {
    ...overview,
    stats: {
      ...stats,
      totalJobs: 0,
      pendingJobs: 0,
      executingJobs: 0,
      completedJobs: 0,
      failedJobs: 0,
      cancelledJobs: 0,
    },
    statuses: {},
    submittedPerSecond: 0,
    finishedPerSecond: 0,
    wait: { count: 0, p50Ms: null, p95Ms: null, p99Ms: null },
    run: { count: 0, p50Ms: null, p95Ms: null, p99Ms: null },
    queues: [],
    recentJobs: [],
    alerts: [],
  } satisfies Overview,
  "read-model/jobs": { jobs: [] },
  "read-model/events": { events: [] },
  "read-model/alerts": { alerts: [], source: { status: "ok" } },
  "read-model/alerts/history": { alerts: [], source: { status: "ok" } },
  "read-model/queues": { queues: [], asOf: before(0.1) },
  "read-model/metrics/snapshot": {
    submittedPerSecond: 0,
    startedPerSecond: 0,
    finishedPerSecond: 0,
    failureRatio: null,
    wait: { count: 0, p50Ms: null, p95Ms: null, p99Ms: null },
    run: { count: 0, p50Ms: null, p95Ms: null, p99Ms: null },
    types: [],
    asOf: before(0.1),
  },
  "read-model/health/summary": {
    status: "ok",
    summary: "Everything works.",
    causes: [],
    asOf: before(0.5),
  },
  "read-model/types": { types: [], window: "1h", asOf: before(0.1) },
  "read-model/failures": { groups: [], unlisted: 0, asOf: before(0.1) },
  "read-model/workers": { workers: [], asOf: before(0.1) },
  "read-model/integrity": {
    ...integrity,
    accepted: 0,
    finished: 0,
    completed: 0,
    failed: 0,
    cancelled: 0,
    inFlight: 0,
    evidence: [],
  },
  "gateway/dead-letters": { jobs: [] },
};
