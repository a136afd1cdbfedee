// What the page of a job reads.
import { growingList } from "../lib/pages";
import { readJob, type JobDocument } from "../lib/jobDocument";
import { getAttemptLog, getJobText, listJobEvents, type EventEnvelope, type LogLine } from "./readModel";

/** Most events that are listed; the API returns no more. */
const MOST_EVENTS = 10_000;
/** Most lines that an attempt keeps. */
const MOST_LINES = 1_000;

export const loadJob = async (id: string, signal?: AbortSignal): Promise<JobDocument> =>
  readJob(await getJobText(id, signal));

/** Returns a function that loads all events of the job, oldest first. */
export const jobEvents = (id: string): ((signal: AbortSignal) => Promise<EventEnvelope[]>) =>
  growingList(async (cursor, signal) => {
    const { events, nextCursor } = await listJobEvents(id, cursor, signal);
    return { items: events, next: nextCursor };
  }, MOST_EVENTS);

/** Returns a function that loads the log of an attempt, oldest line first. */
export const attemptLog = (id: string, attempt: number): ((signal: AbortSignal) => Promise<LogLine[]>) =>
  growingList(async (cursor, signal) => {
    const { lines, nextCursor } = await getAttemptLog(
      id,
      attempt,
      { sort: "at", limit: 200, cursor },
      signal,
    );
    return { items: lines, next: nextCursor };
  }, MOST_LINES);
