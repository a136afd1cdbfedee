import type { JobEventPayload } from "../jobEvent";
import type { JobFilter } from "./jobFilter";
import { refMatches } from "./jobRef";
import type { Condition } from "./term";
import { instantOf, parseWhen } from "./when";

/** What an event tells about a job: events have neither tags nor payloads, so that some conditions cannot be decided. */
export type Match = "yes" | "no" | "maybe";

/** Whether a job with this change is selected by the filter. `createdAt` is absent if the event does not tell it. */
export function matchChange(
  filter: JobFilter,
  change: JobEventPayload,
  createdAt: string | undefined,
  nowMicros: bigint,
): Match {
  let match: Match = "yes";
  for (const { isNegated, condition } of filter.terms) {
    const meets = meetsCondition(condition, change, createdAt, nowMicros);
    if (meets === undefined) match = "maybe";
    else if (meets === isNegated) return "no";
  }
  return match;
}

function meetsCondition(
  condition: Condition,
  change: JobEventPayload,
  createdAt: string | undefined,
  nowMicros: bigint,
): boolean | undefined {
  switch (condition.key) {
    case "status":
      return condition.statuses.includes(change.status);
    case "type":
      return condition.name === change.jobType;
    case "queue":
      return condition.name === change.queue;
    case "id":
      return refMatches(condition.ref, change.jobId);
    case "since":
    case "until": {
      const created = createdAt === undefined ? undefined : parseWhen(createdAt);
      if (!created || !("at" in created)) return undefined;
      const isLater = created.at >= instantOf(condition.when, nowMicros);
      return condition.key === "since" ? isLater : !isLater;
    }
    default:
      return undefined;
  }
}
