import statuses from "../generated/statuses.json";
import type { JobStatus } from "../services/readModel";

export interface StatusStyle {
  status: JobStatus;
  symbol: string;
}

/** Every status in the order of a job's life, with the symbol that all interfaces use. */
export const STATUSES = statuses as StatusStyle[];

const symbols = new Map(STATUSES.map(({ status, symbol }) => [status, symbol]));

export const statusSymbol = (status: JobStatus): string => symbols.get(status) ?? "?";

const FINAL = new Set<JobStatus>(["COMPLETED", "FAILED", "CANCELLED"]);

export const isFinal = (status: JobStatus): boolean => FINAL.has(status);
export const mayRetry = (status: JobStatus): boolean => status === "FAILED" || status === "CANCELLED";
export const mayCancel = (status: JobStatus): boolean => !isFinal(status);
