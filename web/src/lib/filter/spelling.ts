import { STATUSES } from "../jobStatus";
import type { JobStatus } from "../../services/readModel";
import { KEYS, type FilterKey } from "./keys";

/** Other names of keys that people try. */
const KEY_SYNONYMS: Record<string, FilterKey> = {
  state: "status",
  is: "status",
  kind: "type",
  name: "type",
  jobtype: "type",
  job: "id",
  jobid: "id",
  label: "tag",
  tags: "tag",
  after: "since",
  from: "since",
  created: "since",
  before: "until",
  to: "until",
};

/** Other names of statuses that people try. */
const STATUS_SYNONYMS: Record<string, JobStatus> = {
  QUEUED: "PENDING",
  WAITING: "PENDING",
  READY: "PENDING",
  DELAYED: "SCHEDULED",
  RUNNING: "EXECUTING",
  ACTIVE: "EXECUTING",
  STARTED: "EXECUTING",
  SUCCEEDED: "COMPLETED",
  SUCCESS: "COMPLETED",
  FINISHED: "COMPLETED",
  DONE: "COMPLETED",
  ERROR: "FAILED",
  STOPPED: "CANCELLED",
};

const KEY_NAMES = KEYS.map(({ key }) => key);
const STATUS_NAMES = STATUSES.map(({ status }) => status);

/** The key that a text probably means. */
export const likelyKey = (text: string): FilterKey | undefined =>
  likely(text.toLowerCase(), KEY_NAMES, KEY_SYNONYMS);

/** The status that a text probably means. */
export const likelyStatus = (text: string): JobStatus | undefined =>
  likely(text.toUpperCase(), STATUS_NAMES, STATUS_SYNONYMS);

/** What has this other name; else what begins like the text; else the closest one, if at most a third of the text differs. */
function likely<T extends string>(
  text: string,
  known: readonly T[],
  synonyms: Record<string, T>,
): T | undefined {
  if (text === "") return undefined;
  if (Object.hasOwn(synonyms, text)) return synonyms[text];
  const alike = known.find((name) => name.startsWith(text));
  if (alike) return alike;
  const distances = known.map((name) => distance([...text], [...name]));
  const least = Math.min(...distances);
  return least * 3 <= [...text].length ? known[distances.indexOf(least)] : undefined;
}

/** The number of characters to insert, remove or replace (Levenshtein). */
function distance(one: string[], other: string[]): number {
  let previous = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (const [row, char] of one.entries()) {
    const current = [row + 1];
    for (const [column, wanted] of other.entries()) {
      const replaced = (previous[column] ?? 0) + (char === wanted ? 0 : 1);
      const changed = Math.min(previous[column + 1] ?? 0, current[column] ?? 0) + 1;
      current.push(Math.min(replaced, changed));
    }
    previous = current;
  }
  return previous[other.length] ?? 0;
}
