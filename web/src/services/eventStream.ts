// The stream of events, as server-sent events over `fetch`: unlike `EventSource`, it shows the status of a refused
// connection, and its retries can be controlled.
import { address } from "./http";
import { Failure, failureOf, noAnswer } from "./problem";
import type { EventEnvelope } from "./readModel";
import { SseParser } from "./sse";

/** The server sends something at least every 15 seconds. A connection without any data for longer is dead. */
const SILENCE_LIMIT_MS = 35_000;

export interface StreamMessage {
  /** Position of the event in the log. */
  position: string;
  event: EventEnvelope;
}

export interface StreamHandlers {
  /** The stream has reached `position` without another event: at its start, and every 15 seconds when nothing happens. */
  reached(position: string): void;
  /** Events in the order of the log, each exactly once. */
  received(message: StreamMessage): void;
  /** Retention has removed events up to `position`: what is shown may lack their effects. */
  missed(position: string): void;
}

/**
 * Reads the stream until it ends, fails or `signal` aborts. Resumes after `lastEventId`, and reports events that retention has removed
 * since. Returns when the server ends the stream; throws a `Failure` when it cannot be read.
 */
export async function readEventStream(
  lastEventId: string | undefined,
  handlers: StreamHandlers,
  signal: AbortSignal,
): Promise<void> {
  const silence = new AbortController();
  let timer = setTimeout(() => silence.abort(), SILENCE_LIMIT_MS);
  try {
    const response = await fetch(address("api/read-model/events/stream", { lastEventId }), {
      headers: { accept: "text/event-stream" },
      signal: AbortSignal.any([signal, silence.signal]),
      credentials: "same-origin",
      cache: "no-store",
    });
    if (!response.ok || !response.body) throw await failureOf("Follow the events", response);
    const parser = new SseParser(({ id, event, data }) => {
      if (id === undefined) return;
      if (event === "gap") handlers.missed(id);
      else if (data) handlers.received({ position: id, event: JSON.parse(data) as EventEnvelope });
      else handlers.reached(id);
    });
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    for (;;) {
      const { done, value } = await reader.read();
      signal.throwIfAborted();
      if (done) return;
      clearTimeout(timer);
      timer = setTimeout(() => silence.abort(), SILENCE_LIMIT_MS);
      parser.feed(value);
    }
  } catch (cause) {
    if (cause instanceof Failure) throw cause;
    throw noAnswer("Follow the events", cause);
  } finally {
    clearTimeout(timer);
  }
}
