import type { JobStatus } from "../../services/readModel";
import { printJobRef, type JobRef } from "./jobRef";
import type { FilterKey } from "./keys";
import { quoteText, quoteValue } from "./quote";
import { printWhen, type When } from "./when";

/** What a job must have. `text` is searched in its id, type, unique key, payload, metadata and error. */
export type Condition =
  | { key: "status"; statuses: JobStatus[] }
  | { key: "type" | "queue" | "tag" | "fingerprint"; name: string }
  | { key: "since" | "until"; when: When }
  | { key: "id"; ref: JobRef }
  | { key: undefined; text: string };

/** One condition of a filter, or its opposite. */
export interface Term {
  isNegated: boolean;
  condition: Condition;
}

export const keyOf = (term: Term): FilterKey | undefined => term.condition.key;

/** The term as it is written, with quotes where it needs them. */
export function printTerm({ isNegated, condition }: Term): string {
  return (isNegated ? "!" : "") + printCondition(condition);
}

function printCondition(condition: Condition): string {
  switch (condition.key) {
    case "status":
      return `status:${condition.statuses.join(",")}`;
    case "type":
    case "queue":
    case "tag":
    case "fingerprint":
      return `${condition.key}:${quoteValue(condition.name)}`;
    case "since":
    case "until":
      return `${condition.key}:${printWhen(condition.when)}`;
    case "id":
      return `id:${printJobRef(condition.ref)}`;
    case undefined:
      return quoteText(condition.text);
  }
}
