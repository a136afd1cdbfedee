// Failures grouped by kind: type, reason, and message without its variable parts.
import type { components, paths } from "../generated/read-model";
import { json } from "./http";
import type { JobList } from "./readModel";
import type { QueryOf } from "./typed";

export type FailureGroup = components["schemas"]["FailureGroup"];
export type FailureList = components["schemas"]["FailureList"];
export type FailureQuery = QueryOf<paths, "/failures", "get">;

const PATH = "api/read-model/failures";

export const listFailures = (query: FailureQuery, signal?: AbortSignal): Promise<FailureList> =>
  json({ what: "Load the failures", path: PATH, query: { ...query }, signal });

export const getFailure = (
  fingerprint: string,
  signal?: AbortSignal,
): Promise<{ group: FailureGroup; asOf: string }> =>
  json({
    what: "Load the failure",
    path: `${PATH}/${encodeURIComponent(fingerprint)}`,
    signal,
  });

/** A page of the jobs that are FAILED because of such failures, the newest first. */
export const listFailedJobs = (
  fingerprint: string,
  page: { limit: number; cursor?: string },
  signal?: AbortSignal,
): Promise<JobList> =>
  json({
    what: "Load the failed jobs",
    path: "api/read-model/jobs",
    query: { fingerprint, status: "FAILED", ...page },
    signal,
  });
