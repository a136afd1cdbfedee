import { payloadOf } from "../lib/jobEvent";
import { formatDuration } from "../lib/time";
import type { EventEnvelope } from "../services/readModel";

/**
 * What an event says beyond its status, in a few words. Text from jobs is not inert yet. `timeText` shows a time as the
 * user prefers it.
 */
export function eventNote(event: EventEnvelope, timeText: (at: string) => string): string {
  const payload = payloadOf(event);
  const parts = [
    payload.reason,
    payload.message,
    payload.fraction === undefined ? undefined : `${Math.round(payload.fraction * 100)} %`,
    payload.durationMs === undefined ? undefined : `ran ${formatDuration(payload.durationMs)}`,
    payload.waitMs === undefined ? undefined : `waited ${formatDuration(payload.waitMs)}`,
    payload.runAt === undefined ? undefined : `due ${timeText(payload.runAt)}`,
  ];
  return parts.filter((part) => part !== undefined && part !== "").join(", ");
}

/** The first eight and the last four digits of an id, as in all interfaces. */
export const shortId = (id: string): string => `${id.slice(0, 8)}~${id.slice(-4)}`;
