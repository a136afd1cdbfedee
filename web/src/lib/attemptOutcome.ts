import type { JobAttempt, JobStatus } from "../services/readModel";

/** The status that an outcome gives the job, whose symbol and colour it has. */
const STATUSES: Record<JobAttempt["outcome"], JobStatus> = {
  RUNNING: "EXECUTING",
  SUCCEEDED: "COMPLETED",
  FAILED: "FAILED",
  TIMEDOUT: "FAILED",
  LOST: "FAILED",
  CANCELLED: "CANCELLED",
  RELEASED: "PENDING",
};

/** What the status does not tell about an outcome. */
const CAUSES: Partial<Record<JobAttempt["outcome"], string>> = {
  TIMEDOUT: "timed out",
  LOST: "worker lost",
  RELEASED: "released",
};

export const statusOfOutcome = (outcome: JobAttempt["outcome"]): JobStatus => STATUSES[outcome];
export const causeOfOutcome = (outcome: JobAttempt["outcome"]): string | undefined => CAUSES[outcome];

/** The reason of a failure in words. */
export const reasonText = (reason: string): string => reason.replaceAll("_", " ");
