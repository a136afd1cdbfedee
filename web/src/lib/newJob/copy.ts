import { escapeUnsafe, formatJson } from "../json/format";
import { parseJson } from "../json/parse";
import type { JobDocument } from "../jobDocument";
import { COPIED_FROM } from "../submission";
import { exactDuration } from "./duration";
import { emptyTexts, type FormTexts } from "./read";
import { joinTags } from "./tags";

/**
 * A form with what the job was submitted with, except for its unique key and its time. The metadata names the job, so that
 * the copy leads to it.
 */
export function copyOf({ job, payload }: JobDocument): FormTexts {
  const { retry } = job;
  const duration = (ms: number | undefined): string => (ms === undefined ? "" : exactDuration(ms));
  const metadata = { ...job.metadata, [COPIED_FROM]: job.id };
  return {
    ...emptyTexts(),
    type: job.type,
    payload: payload === undefined ? "" : readable(payload),
    queue: job.queue,
    priority: String(job.priority),
    maxAttempts: String(job.maxAttempts),
    timeout: exactDuration(job.timeoutMs),
    tags: joinTags(job.tags ?? []),
    baseDelay: duration(retry?.baseDelayMs),
    maxDelay: duration(retry?.maxDelayMs),
    multiplier: retry?.multiplier === undefined ? "" : String(retry.multiplier),
    metadata: Object.entries(metadata).map(([name, value]) => ({ name, value })),
  };
}

/** White space counts towards the largest payload, so that a large one is not given more of it. */
const MOST_INDENTED = 256 * 1024;

/** JSON in one line becomes indented; other JSON keeps its lines. Characters that change how it is shown are escaped. */
const readable = (json: string): string =>
  escapeUnsafe(json.length > MOST_INDENTED || json.includes("\n") ? json : formatJson(parseJson(json)));
