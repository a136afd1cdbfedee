// Queries of the read model. Each function is one question that a page asks.
import type { components, paths } from "../generated/read-model";
import { text } from "./http";
import { callOf, reader, type QueryOf } from "./typed";

const PREFIX = "api/read-model";
const get = reader<paths>(PREFIX);

type Schemas = components["schemas"];
export type Job = Schemas["job"];
export type JobStatus = Job["status"];
export type JobAttempt = Schemas["job-attempt"];
export type JobList = Schemas["JobList"];
export type Overview = Omit<Schemas["overview"], "$defs">;
export type Stats = Schemas["stats"];
export type Queue = Schemas["queue"];
export type Durations = Schemas["durations"];
export type EventEnvelope = Schemas["EventList"]["events"][number];
export type Alert = Schemas["alert"];
export type AlertList = Schemas["AlertList"];
export type HealthSummary = Schemas["HealthSummary"];
export type HealthCause = Schemas["HealthCause"];
export type Explanation = Schemas["Explanation"];
export type ServiceHealth = Schemas["ServiceHealth"];
export type UiEntry = Schemas["UiEntry"];
export type LogLine = Schemas["log-line"];
export type Timeseries = Schemas["Timeseries"];
export type TimeseriesMetric = Timeseries["metric"];
export type TimeseriesWindow = Timeseries["window"];
export type MetricsSnapshot = Schemas["MetricsSnapshot"];
export type TypeMetrics = Schemas["TypeMetrics"];

export type JobQuery = QueryOf<paths, "/jobs", "get">;
export type EventQuery = QueryOf<paths, "/events", "get">;

export const getOverview = (signal?: AbortSignal) => get("Load the overview", "/overview", { signal });

export const getStats = (signal?: AbortSignal) => get("Load the counts", "/stats", { signal });

export const getMetricsSnapshot = (signal?: AbortSignal) =>
  get("Load the figures", "/metrics/snapshot", { signal });

export const listJobs = (query: JobQuery, signal?: AbortSignal) =>
  get("Load the jobs", "/jobs", { query, signal });

/** The JSON of a job as text, because payload and result may have numbers that JavaScript cannot represent. */
export const getJobText = (id: string, signal?: AbortSignal) =>
  text(callOf("Load the job", PREFIX, "/jobs/{id}", { params: { id }, signal }));

export const listJobEvents = (id: string, cursor?: string, signal?: AbortSignal) =>
  get("Load the events of the job", "/jobs/{id}/events", { params: { id }, query: { cursor }, signal });

export const getAttemptLog = (
  id: string,
  attempt: number,
  query: QueryOf<paths, "/jobs/{id}/attempts/{attempt}/log", "get">,
  signal?: AbortSignal,
) =>
  get("Load the log of the attempt", "/jobs/{id}/attempts/{attempt}/log", {
    params: { id, attempt },
    query,
    signal,
  });

export const explainJob = (jobId: string, signal?: AbortSignal) =>
  get("Explain the job", "/explain/{jobId}", { params: { jobId }, signal });

export const listEvents = (query: EventQuery, signal?: AbortSignal) =>
  get("Load the events", "/events", { query, signal });

export const listAlerts = (signal?: AbortSignal) => get("Load the alerts", "/alerts", { signal });

export const listAlertHistory = (signal?: AbortSignal) =>
  get("Load the alerts that have ended", "/alerts/history", { query: { limit: 100 }, signal });

export const getTimeseries = (
  query: QueryOf<paths, "/timeseries", "get">,
  signal?: AbortSignal,
): Promise<Timeseries> => get("Load the chart", "/timeseries", { query, signal });

export const listQueues = (signal?: AbortSignal) => get("Load the queues", "/queues", { signal });

export const listServices = (signal?: AbortSignal) => get("Load the services", "/services", { signal });

export const getHealthSummary = (signal?: AbortSignal) =>
  get("Load the health", "/health/summary", { signal });

export const getUiRegistry = (signal?: AbortSignal) => get("Load the links", "/ui-registry", { signal });
