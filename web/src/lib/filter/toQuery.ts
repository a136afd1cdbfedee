import type { JobQuery, JobStatus } from "../../services/readModel";
import type { JobFilter } from "./jobFilter";
import { ALL_STATUSES } from "./statuses";
import type { Condition } from "./term";
import { formatInstant, instantOf } from "./when";

/** The parameters of `GET /jobs` that a filter can set. */
export type FilterQuery = Omit<JobQuery, "sort" | "cursor" | "limit"> & { fingerprint?: string };

/**
 * The query for the selected jobs. Durations count back from `nowMicros`: use the same query for all pages of a list, with
 * another cursor.
 */
export function toQuery(filter: JobFilter, nowMicros: bigint): FilterQuery {
  const query: FilterQuery = {};
  for (const { isNegated, condition } of filter.terms) {
    if (isNegated) exclude(query, condition);
    else select(query, condition, nowMicros);
  }
  const statuses = selectedStatuses(filter);
  if (statuses.length < ALL_STATUSES.length) query.status = statuses;
  return query;
}

/** The statuses that a job may have; all of them without a term about statuses. */
export function selectedStatuses(filter: JobFilter): JobStatus[] {
  let statuses = [...ALL_STATUSES];
  for (const { isNegated, condition } of filter.terms) {
    if (condition.key !== "status") continue;
    statuses = statuses.filter((status) => condition.statuses.includes(status) !== isNegated);
  }
  return statuses;
}

function select(query: FilterQuery, condition: Condition, nowMicros: bigint): void {
  switch (condition.key) {
    case "status":
      return;
    case "type":
    case "queue":
    case "fingerprint":
      query[condition.key] = condition.name;
      return;
    case "tag":
      query.tag = [...(query.tag ?? []), condition.name];
      return;
    case "since":
    case "until":
      query[condition.key] = formatInstant(instantOf(condition.when, nowMicros));
      return;
    case "id":
      query.idPrefix = condition.ref.prefix;
      if (condition.ref.suffix !== undefined) query.idSuffix = condition.ref.suffix;
      return;
    case undefined:
      query.q = [...(query.q ?? []), condition.text];
  }
}

/** The parser refuses the negation of other conditions. */
function exclude(query: FilterQuery, condition: Condition): void {
  if (condition.key === "type") query.notType = [...(query.notType ?? []), condition.name];
  else if (condition.key === "queue") query.notQueue = [...(query.notQueue ?? []), condition.name];
  else if (condition.key === "tag") query.notTag = [...(query.notTag ?? []), condition.name];
  else if (condition.key === undefined) query.notQ = [...(query.notQ ?? []), condition.text];
}
