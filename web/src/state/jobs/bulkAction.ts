import { cancelJob, dropDeadLetter, replayDeadLetter, retryJob } from "../../services/gateway";
import { mayCancel, mayRetry } from "../../lib/jobStatus";
import { Failure } from "../../services/problem";
import type { JobStatus } from "../../services/readModel";

/** What is done to each job. */
export interface BulkAction {
  /** The action in the imperative: "cancel". */
  name: "cancel" | "retry" | "replay" | "drop";
  /** What has happened to the jobs. */
  done: string;
  noun: string;
  /** What a user should know before. */
  note: string;
  isDestructive: boolean;
  /** Whether it can have an effect on jobs in this status. */
  appliesTo: (status: JobStatus) => boolean;
  /** Which jobs it can have an effect on, and what happens to them: "an unfinished job can be cancelled". */
  only: string;
  send: (id: string) => Promise<unknown>;
}

export const BULK_ACTIONS: Record<BulkAction["name"], BulkAction> = {
  cancel: {
    name: "cancel",
    done: "cancelled or asked to stop",
    noun: "job",
    note: "Waiting jobs end at once; running ones are asked to stop.",
    isDestructive: true,
    appliesTo: mayCancel,
    only: "an unfinished job can be cancelled",
    send: (id) => cancelJob(id),
  },
  retry: {
    name: "retry",
    done: "retried",
    noun: "job",
    note: "Each starts a new run.",
    isDestructive: false,
    appliesTo: mayRetry,
    only: "a FAILED or CANCELLED job can be retried",
    send: (id) => retryJob(id),
  },
  replay: {
    name: "replay",
    done: "replayed",
    noun: "dead letter",
    note: "Each starts a new run.",
    isDestructive: false,
    appliesTo: (status) => status === "FAILED",
    only: "a FAILED job can be replayed",
    send: replayDeadLetter,
  },
  drop: {
    name: "drop",
    done: "dropped",
    noun: "dead letter",
    note: "Dropped jobs stay FAILED, and leave the list of dead letters.",
    isDestructive: true,
    appliesTo: (status) => status === "FAILED",
    only: "a FAILED job can be dropped",
    send: dropDeadLetter,
  },
};

/** Why the action has no effect on a job in this status; `undefined` if it has one, or if the status is not known. */
export function refusalOf(action: BulkAction, status: JobStatus | undefined): string | undefined {
  if (status === undefined || action.appliesTo(status)) return undefined;
  return `The job is ${status}; only ${action.only}`;
}

/**
 * Whether a command that failed like this can be repeated. A cancelled job stays cancelled; the other commands could take
 * effect twice, unless the server has certainly not handled them.
 */
export function canBeRepeated({ name }: BulkAction, failure: Failure): boolean {
  return failure.status === 429 || (failure.isTransient && name === "cancel");
}
