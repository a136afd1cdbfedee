import type { JobStatus } from "../../services/readModel";
import { STATUSES } from "../jobStatus";
import { FilterError, type Span } from "./error";
import { likelyStatus } from "./spelling";
import type { Word } from "./word";

/** Every status in the order of a job's life. */
export const ALL_STATUSES: readonly JobStatus[] = STATUSES.map(({ status }) => status);

/** Reads a list of statuses in any case. Returns them in the order of a job's life, without repeats. */
export function statuses(word: Word): JobStatus[] {
  const isPlain = word.value.end - word.value.start === word.text.length;
  const listed = new Set<JobStatus>();
  let start = word.value.start;
  for (const name of word.text.split(",")) {
    const span = isPlain ? { start, end: start + name.length } : word.value;
    start += name.length + 1;
    listed.add(status(name, span, isPlain));
  }
  return ALL_STATUSES.filter((known) => listed.has(known));
}

function status(name: string, span: Span, isPlain: boolean): JobStatus {
  const found = ALL_STATUSES.find((known) => known === name.toUpperCase());
  if (found) return found;
  const what = `\`${name}\` is not a status`;
  const meant = likelyStatus(name);
  if (meant && isPlain) throw FilterError.misspelt(span, what, meant);
  const hint = meant ? `did you mean \`${meant}\`?` : `the statuses are ${ALL_STATUSES.join(", ")}`;
  throw new FilterError(span, what, hint);
}
