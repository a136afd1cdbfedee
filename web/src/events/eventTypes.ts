import type { EventEnvelope } from "../services/readModel";

/** Every event type, in the order of a job's life. The type makes a missing one an error. */
const ALL: Record<EventEnvelope["eventType"], true> = {
  "job.created": true,
  "job.due": true,
  "job.validated": true,
  "job.started": true,
  "job.progressed": true,
  "job.retrying": true,
  "job.requeued": true,
  "job.completed": true,
  "job.failed": true,
  "job.cancelled": true,
};

export const EVENT_TYPES = Object.keys(ALL) as EventEnvelope["eventType"][];
