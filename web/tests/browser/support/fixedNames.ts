// Times, ids and names of the fixed data.
const START = Date.parse("2026-11-30T12:00:00Z");

/** A time before the pictures. */
export const before = (seconds: number): string => new Date(START - seconds * 1_000).toISOString();

export const hex = (number: number, digits: number): string => number.toString(16).padStart(digits, "0");

export const jobId = (number: number): string =>
  `0192f0c1-${hex(number, 4)}-7c11-8a22-${hex(number * 7919, 12)}`;

export const TYPES = [
  "email.send",
  "invoice.render",
  "image.resize",
  "report.nightly",
  "http.request",
] as const;
export const QUEUES = ["default", "mail", "media", "slow"] as const;
export const STATUSES = [
  "EXECUTING",
  "COMPLETED",
  "FAILED",
  "PENDING",
  "RETRYING",
  "COMPLETED",
  "SCHEDULED",
  "CANCELLED",
  "VALIDATED",
] as const;

export const pick = <T>(list: readonly T[], index: number): T => list[index % list.length] as T;
