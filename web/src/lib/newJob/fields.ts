/** The fields of the form whose content is a text, except for the payload. */
export const OPTION_FIELDS = [
  "queue",
  "priority",
  "start",
  "maxAttempts",
  "timeout",
  "tags",
  "uniqueKey",
  "baseDelay",
  "maxDelay",
  "multiplier",
] as const;

export type OptionField = (typeof OPTION_FIELDS)[number];
export type Field = "type" | "payload" | "metadata" | OptionField;

export interface FieldText {
  label: string;
  help: string;
  /** What an empty field means. */
  empty: string;
}

export const FIELD_TEXTS: Record<OptionField, FieldText> = {
  queue: { label: "Queue", help: "Workers take jobs of each queue in turn.", empty: "default" },
  priority: { label: "Priority", help: "From -100 to 100; higher runs first.", empty: "0" },
  start: {
    label: "Start",
    help: "A delay such as 10m, or a time such as 2026-12-01T08:00:00Z.",
    empty: "now",
  },
  maxAttempts: {
    label: "Attempts",
    help: "From 1 to 100 attempts, before the job has failed.",
    empty: "default of the type",
  },
  timeout: {
    label: "Time limit",
    help: "The limit of one attempt, such as 30s or 5m; at most 24h.",
    empty: "default of the type",
  },
  tags: { label: "Tags", help: "Labels to find the job by, separated by commas.", empty: "none" },
  uniqueKey: {
    label: "Unique key",
    help: "While a job with this key is unfinished, no other is created.",
    empty: "none",
  },
  baseDelay: {
    label: "First retry delay",
    help: "The most that the first retry is delayed, such as 1s; at most 24h.",
    empty: "default of the type",
  },
  maxDelay: {
    label: "Longest retry delay",
    help: "The most that any retry is delayed, such as 10m; at most 24h.",
    empty: "default of the type",
  },
  multiplier: {
    label: "Retry delay growth",
    help: "From 1 to 10: the factor by which the delay grows with each attempt.",
    empty: "default of the type",
  },
};

/** Pointers into the submission, and the fields that they belong to. The longer ones come first. */
const POINTERS: [string, Field][] = [
  ["/retry/baseDelayMs", "baseDelay"],
  ["/retry/maxDelayMs", "maxDelay"],
  ["/retry/multiplier", "multiplier"],
  ["/retry", "baseDelay"],
  ["/type", "type"],
  ["/payload", "payload"],
  ["/metadata", "metadata"],
  ["/queue", "queue"],
  ["/priority", "priority"],
  ["/runAt", "start"],
  ["/delayMs", "start"],
  ["/maxAttempts", "maxAttempts"],
  ["/timeoutMs", "timeout"],
  ["/tags", "tags"],
  ["/uniqueKey", "uniqueKey"],
];

/** The field that a JSON pointer into the submission belongs to. */
export const fieldOfPointer = (pointer: string): Field | undefined =>
  POINTERS.find(([prefix]) => pointer === prefix || pointer.startsWith(`${prefix}/`))?.[1];

/** A problem with what was typed. */
export interface Problem {
  /** Pointer into the submission, as the gateway reports it. */
  pointer: string;
  message: string;
  /** Whether the JSON of the payload cannot be read. The editor of JSON shows this with its place. */
  isSyntax?: boolean;
}
