import type { EventEnvelope, JobStatus } from "../services/readModel";

/** The fields of the payloads of job events. */
export interface JobEventPayload {
  jobId: string;
  jobType: string;
  queue: string;
  status: JobStatus;
  previousStatus?: JobStatus;
  version: number;
  attempt?: number;
  workerId?: string;
  runAt?: string;
  waitMs?: number;
  durationMs?: number;
  reason?: string;
  message?: string;
  fraction?: number;
}

/** The change that an event reports. */
export const payloadOf = (event: EventEnvelope): JobEventPayload =>
  event.payload as unknown as JobEventPayload;
