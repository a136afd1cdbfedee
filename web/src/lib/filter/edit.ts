// Changes of a filter by controls of the page. The other terms keep their text, even while the filter is not valid.
import type { JobStatus } from "../../services/readModel";
import { ALL_STATUSES } from "./statuses";
import { sliceOf, words, type Word } from "./word";

const hasKey = (filter: string, { key }: Word, wanted: readonly string[]): boolean =>
  key !== undefined && wanted.includes(sliceOf(filter, key));

/** The filter with `replacement` in the place of the terms with one of the keys; without it they are removed. */
export function replaceTerms(filter: string, keys: readonly string[], replacement: string): string {
  const parts: string[] = [];
  let isPlaced = replacement === "";
  for (const word of words(filter)) {
    if (!hasKey(filter, word, keys)) parts.push(sliceOf(filter, word.span));
    else if (!isPlaced) {
      parts.push(replacement);
      isPlaced = true;
    }
  }
  if (!isPlaced) parts.unshift(replacement);
  return parts.join(" ");
}

/** The statuses that the terms about statuses select; all of them without such a term. */
export function statusesIn(filter: string): JobStatus[] {
  let statuses = [...ALL_STATUSES];
  for (const word of words(filter).filter((word) => hasKey(filter, word, ["status"]))) {
    const listed = word.text.toUpperCase().split(",");
    statuses = statuses.filter((status) => listed.includes(status) !== word.isNegated);
  }
  return statuses;
}

/** Whether the filter has a term about statuses. */
export const hasStatusTerm = (filter: string): boolean =>
  words(filter).some((word) => hasKey(filter, word, ["status"]));

/** Adds a status to the selected ones, or removes it. Without a term about statuses, it becomes the only one. */
export function toggleStatus(filter: string, status: JobStatus): string {
  const current = hasStatusTerm(filter) ? statusesIn(filter) : [];
  const next = ALL_STATUSES.filter((other) => current.includes(other) !== (other === status));
  const isEverything = next.length === 0 || next.length === ALL_STATUSES.length;
  return replaceTerms(filter, ["status"], isEverything ? "" : `status:${next.join(",")}`);
}

/** Selects the jobs that were created in this range; an absent end is open. */
export function setTimeRange(filter: string, since: string | undefined, until: string | undefined): string {
  const terms = [since && `since:${since}`, until && `until:${until}`].filter(Boolean).join(" ");
  return replaceTerms(filter, ["since", "until"], terms);
}

/** The values of `since` and `until` as they are written. */
export function timeRangeIn(filter: string): { since?: string; until?: string } {
  const range: { since?: string; until?: string } = {};
  for (const word of words(filter)) {
    if (hasKey(filter, word, ["since"])) range.since = word.text;
    else if (hasKey(filter, word, ["until"])) range.until = word.text;
  }
  return range;
}
