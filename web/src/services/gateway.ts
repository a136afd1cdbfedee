// Commands. Each is authorised by the gateway or the read model; the page only hides what the caller may not do.
import type { components } from "../generated/gateway";
import { address, json, send } from "./http";
import type { Alert, Job } from "./readModel";
import { fillPath } from "./typed";

export type JobSubmission = components["schemas"]["job-submission"];
export type JobList = components["schemas"]["JobList"];

const GATEWAY = "api/gateway";

/** A submission whose outcome may be unknown is repeated with the same key, so that it creates one job at most. */
export function newIdempotencyKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return "web-" + Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** What the gateway did with a submission. */
export interface Accepted {
  job: Job;
  /** Whether the job was created now, was accepted before with the same key, or is the unfinished one with its unique key. */
  acceptance: "created" | "repeated" | "unique";
}

/** Submits a job. `submission` is JSON text, so that numbers in the payload keep all digits. */
export async function submitJob(
  submission: string,
  idempotencyKey: string,
  timeoutMs?: number,
): Promise<Accepted> {
  const response = await send({
    what: "Submit the job",
    method: "POST",
    path: `${GATEWAY}/jobs`,
    text: submission,
    headers: { "idempotency-key": idempotencyKey },
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  });
  const { headers } = response;
  const isUnique = headers.get("unique-job-exists") === "true";
  const isRepeat = headers.get("idempotent-replayed") === "true";
  return {
    job: (await response.json()) as Job,
    acceptance: isUnique ? "unique" : isRepeat ? "repeated" : "created",
  };
}

export const retryJob = (id: string, signal?: AbortSignal): Promise<Job> =>
  json({
    what: "Retry the job",
    method: "POST",
    path: GATEWAY + fillPath("/jobs/{id}/retry", { id }),
    signal,
  });

export const cancelJob = (id: string, signal?: AbortSignal): Promise<Job> =>
  json({
    what: "Cancel the job",
    method: "POST",
    path: GATEWAY + fillPath("/jobs/{id}/cancel", { id }),
    signal,
  });

export const listDeadLetters = (cursor?: string, signal?: AbortSignal): Promise<JobList> =>
  json({
    what: "Load the dead letters",
    path: `${GATEWAY}/dead-letters`,
    query: { cursor, limit: 100 },
    signal,
  });

export const replayDeadLetter = (id: string): Promise<Job> =>
  json({
    what: "Replay the dead letter",
    method: "POST",
    path: GATEWAY + fillPath("/dead-letters/{id}/replay", { id }),
  });

export const dropDeadLetter = (id: string): Promise<void> =>
  send({
    what: "Drop the dead letter",
    method: "DELETE",
    path: GATEWAY + fillPath("/dead-letters/{id}", { id }),
  }).then(() => undefined);

const ALERTS = "api/read-model/alerts";

export const silenceAlert = (id: string, minutes: number): Promise<Alert> =>
  json({
    what: "Silence the alert",
    method: "POST",
    path: ALERTS + fillPath("/{id}/silence", { id }),
    query: { minutes },
  });

export const endSilence = (id: string): Promise<void> =>
  send({ what: "End the silence", method: "DELETE", path: ALERTS + fillPath("/{id}/silence", { id }) }).then(
    () => undefined,
  );

export const acknowledgeAlert = (id: string): Promise<Alert> =>
  json({
    what: "Acknowledge the alert",
    method: "POST",
    path: ALERTS + fillPath("/{id}/acknowledge", { id }),
  });

/** The address of the gateway for programs on the user's machine: that of the web role, which passes calls on. */
export const gatewayUrl = (): string => address(GATEWAY).href;
