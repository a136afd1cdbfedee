import type { EventEnvelope, Job } from "../services/readModel";
import { payloadOf } from "./jobEvent";
import { isFinal } from "./jobStatus";

/** The job after an event, or the same object if it already has the event. */
export function applyEvent(job: Job, event: EventEnvelope): Job {
  const change = payloadOf(event);
  if (change.version <= job.version) return job;
  const at = event.occurredAt;
  const next: Job = {
    ...job,
    version: change.version,
    status: change.status,
    attempt: change.attempt ?? job.attempt,
    updatedAt: at,
    runAt: change.runAt ?? job.runAt,
    finishedAt: isFinal(change.status) ? at : undefined,
  };
  if (event.eventType === "job.started") {
    next.startedAt = at;
    next.progress = undefined;
  }
  if (change.fraction !== undefined) next.progress = { fraction: change.fraction, message: change.message };
  else if (change.message !== undefined) {
    const reason = (change.reason ?? job.error?.reason) as NonNullable<Job["error"]>["reason"];
    next.error = { reason, message: change.message };
  } else if (change.status === "COMPLETED") next.error = undefined;
  return next;
}
