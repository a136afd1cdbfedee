// A job to submit, and its forms: the body of the request, a command line, and a call of curl.
import type { JobSubmission } from "../services/gateway";
import { BUILT_IN_TYPES } from "./newJob/builtIn";
import { compactJson, escapeUnsafe } from "./json/format";
import { parseJson } from "./json/parse";
import type { JobDocument } from "./jobDocument";
import { shellWord } from "./shell";

export type Submission = Omit<JobSubmission, "payload" | "id"> & {
  /** JSON text, sent as it is. */
  payload?: string;
};

/** The name of the metadata that has the id of the job that a copy was made of. */
export const COPIED_FROM = "copiedFrom";

/** The body of the request. The payload is in it exactly as it was written. */
export function submissionText({ type, payload, ...options }: Submission): string {
  const fields = Object.entries(options).map(([name, value]) => member(name, JSON.stringify(value)));
  const parts = [member("type", JSON.stringify(type))];
  if (payload !== undefined) parts.push(member("payload", payload));
  return `{${[...parts, ...fields].join(",")}}`;
}

const member = (name: string, json: string): string => `${JSON.stringify(name)}:${json}`;

/** What the job was submitted with, except for its unique key and its time. */
export function submissionOf({ job, payload }: JobDocument): Submission {
  return {
    type: job.type,
    ...(payload === undefined ? {} : { payload }),
    queue: job.queue,
    priority: job.priority,
    maxAttempts: job.maxAttempts,
    timeoutMs: job.timeoutMs,
    ...(job.retry ? { retry: job.retry } : {}),
    ...(job.tags?.length ? { tags: job.tags } : {}),
    ...(job.metadata && Object.keys(job.metadata).length > 0 ? { metadata: job.metadata } : {}),
  };
}

/** Defaults of the options of every job, and of jobs of the built-in types. */
const DEFAULTS = { queue: "default", priority: 0 };
const BUILT_IN_DEFAULTS = { maxAttempts: 5, timeoutMs: 300_000 };

/** The submission without the options that have their defaults. Those of other types than the built-in ones are unknown. */
export function withoutDefaults(submission: Submission): Submission {
  const isBuiltIn = BUILT_IN_TYPES.some(({ name }) => name === submission.type);
  const defaults: Record<string, unknown> = { ...DEFAULTS, ...(isBuiltIn ? BUILT_IN_DEFAULTS : {}) };
  const kept = Object.entries(submission).filter(([name, value]) => defaults[name] !== value);
  return Object.fromEntries(kept) as Submission;
}

/** The command that submits the same job. */
export function commandOf(submission: Submission): string {
  // The command line has no options for retry delays; a line of a batch has every field.
  if (submission.retry) {
    return `printf '%s\\n' ${shellWord(inertJson(submissionText(submission)))} | odd-dashboard submit --batch -`;
  }
  const words = ["odd-dashboard", "submit", shellWord(submission.type)];
  if (submission.payload !== undefined) {
    const json = shellWord(inertJson(submission.payload));
    words.push(/^'?-/.test(json) ? `--payload=${json}` : json);
  }
  const option = (name: string, value: string | number | undefined): void => {
    if (value !== undefined)
      words.push(`${name}${String(value).startsWith("-") ? "=" : " "}${shellWord(String(value))}`);
  };
  option("--queue", submission.queue);
  option("--priority", submission.priority);
  option("--delay", submission.delayMs === undefined ? undefined : `${submission.delayMs}ms`);
  option("--run-at", submission.runAt);
  option("--max-attempts", submission.maxAttempts);
  option("--timeout-ms", submission.timeoutMs);
  option("--unique-key", submission.uniqueKey);
  for (const tag of submission.tags ?? []) option("--tag", tag);
  for (const [name, value] of Object.entries(submission.metadata ?? {}))
    option("--metadata", `${name}=${value}`);
  return words.join(" ");
}

/** The call of curl that submits the same job. The token stays out of it: curl reads it from the environment. */
export function curlOf(submission: Submission, gatewayUrl: string, needsToken: boolean): string {
  return [
    `curl --fail-with-body ${shellWord(`${gatewayUrl}/jobs`)}`,
    ...(needsToken ? [`-H "Authorization: Bearer $ODD_TOKEN"`] : []),
    `-H 'Content-Type: application/json'`,
    `--data-raw ${shellWord(inertJson(submissionText(submission)))}`,
  ].join(" \\\n  ");
}

/** JSON in one line in which every character is visible. */
const inertJson = (json: string): string => escapeUnsafe(compactJson(parseJson(json)));
