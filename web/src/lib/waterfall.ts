// The life of a job as attempts, each with the times that it spent waiting and running, as in the terminal interface.
import type { EventEnvelope, Job, JobAttempt } from "../services/readModel";
import { isFinal } from "./jobStatus";
import { payloadOf } from "./jobEvent";

/**
 * What a job does in a part of an attempt: wait for a time (its start, or the delay of a retry), wait for a worker, have
 * its payload validated by the worker that claimed it, or run.
 */
export type StageKind = "delayed" | "queued" | "claimed" | "running";

/** A part of an attempt. Times are in milliseconds since 1970. */
export interface Stage {
  kind: StageKind;
  from: number;
  to: number;
}

/** An attempt, or the time after the last one. */
export interface WaterfallRow {
  attempt: JobAttempt | undefined;
  /** In the order of time, without gaps. At least one. */
  stages: Stage[];
}

export interface Waterfall {
  start: number;
  end: number;
  rows: WaterfallRow[];
}

/** When an attempt began to wait, could have been claimed, and was claimed. */
interface Beginning {
  waitingSince: number;
  readyAt: number;
  claimedAt: number;
}

const beginningAt = (time: number): Beginning => ({ waitingSince: time, readyAt: time, claimedAt: time });

/** The time spent in stages of a kind, in milliseconds. */
export const timeIn = (row: WaterfallRow, kind: StageKind): number =>
  row.stages.reduce((sum, stage) => (stage.kind === kind ? sum + stage.to - stage.from : sum), 0);

/**
 * Builds the waterfall of a job from its attempts and its events, oldest first. Without its events, the beginning of an
 * attempt is the end of the one before.
 */
export function waterfallOf(job: Job, events: readonly EventEnvelope[], now: number): Waterfall {
  const { known, next } = beginningsOf(job, events);
  const rows: WaterfallRow[] = [];
  let waitingSince = timeOf(job.createdAt);
  for (const attempt of job.attempts ?? []) {
    // Attempts before the listed ones are not known.
    const isCut = rows.length === 0 && attempt.attempt > 1;
    const otherwise = beginningAt(isCut ? timeOf(attempt.startedAt) : waitingSince);
    rows.push({ attempt, stages: attemptStages(known.get(attempt.attempt) ?? otherwise, attempt, now) });
    waitingSince = attempt.finishedAt ? timeOf(attempt.finishedAt) : now;
  }
  const waiting = waitingRow(job, next ?? beginningAt(waitingSince), now);
  if (waiting) rows.push(waiting);
  const stages = rows.flatMap((row) => row.stages);
  return {
    start: stages.reduce((least, stage) => Math.min(least, stage.from), timeOf(job.createdAt)),
    end: stages.reduce((most, stage) => Math.max(most, stage.to), timeOf(job.createdAt)),
    rows,
  };
}

function attemptStages(beginning: Beginning, attempt: JobAttempt, now: number): Stage[] {
  const started = timeOf(attempt.startedAt);
  const claimed = beginning.claimedAt > beginning.waitingSince ? beginning.claimedAt : started;
  const ready = Math.min(beginning.readyAt, claimed);
  const ended = Math.max(attempt.finishedAt ? timeOf(attempt.finishedAt) : now, started);
  return stagesOf([
    { kind: "delayed", from: beginning.waitingSince, to: ready },
    { kind: "queued", from: ready, to: claimed },
    { kind: "claimed", from: claimed, to: started },
    { kind: "running", from: started, to: ended },
  ]);
}

/** The stages that take time, and always the run. */
function stagesOf(all: Stage[]): Stage[] {
  const kept = all.filter((stage) => stage.from < stage.to || stage.kind === "running");
  return kept.length > 0 ? kept : all.slice(-1);
}

/** The time after the last attempt of a job that waits for another one, or that ended without any. */
function waitingRow(job: Job, next: Beginning, now: number): WaterfallRow | undefined {
  const isWaiting = job.status !== "EXECUTING" && !isFinal(job.status);
  if (!isWaiting && job.attempt > 0) return undefined;
  const end = Math.max(job.finishedAt ? timeOf(job.finishedAt) : now, next.waitingSince);
  const due = job.runAt ? timeOf(job.runAt) : next.readyAt;
  const readyAt = Math.min(Math.max(due, next.waitingSince), end);
  return {
    attempt: undefined,
    stages: stagesOf([
      { kind: "delayed", from: next.waitingSince, to: readyAt },
      { kind: "queued", from: readyAt, to: end },
    ]),
  };
}

/** The beginning of each attempt that the events contain, and that of the next one. */
function beginningsOf(job: Job, events: readonly EventEnvelope[]) {
  const known = new Map<number, Beginning>();
  let next: Beginning | undefined;
  for (const event of events) {
    const at = timeOf(event.occurredAt);
    const { runAt, attempt } = payloadOf(event);
    if (["job.created", "job.retrying", "job.requeued"].includes(event.eventType)) {
      next = { ...beginningAt(at), readyAt: Math.max(runAt ? timeOf(runAt) : at, at) };
    } else if (event.eventType === "job.due" && next) {
      next.readyAt = Math.max(at, next.waitingSince);
    } else if (event.eventType === "job.validated" && next) {
      next.claimedAt = at;
    } else if (event.eventType === "job.started" && next) {
      known.set(attempt ?? job.attempt, next);
      next = undefined;
    }
  }
  return { known, next };
}

/** Milliseconds since 1970 with the fraction that `Date` drops. */
export function timeOf(timestamp: string): number {
  const micros = /\.\d{3}(\d{1,6})/.exec(timestamp)?.[1];
  return Date.parse(timestamp) + (micros ? Number(`0.${micros}`) : 0);
}
