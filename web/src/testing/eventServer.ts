// A server of the event stream for unit tests.
import { vi } from "vitest";

/** One connection to the stream. */
export interface StreamConnection {
  /** The position after which it resumes. */
  lastEventId: string | null;
  signal: AbortSignal;
  /** Sends an event at a position, or only the position. */
  send(position: number, event?: unknown): void;
  /** Reports that retention has removed the entries up to a position. */
  sendGap(first: number, last: number): void;
  end(): void;
}

/** Replaces `fetch` by a server of the stream, and returns the list of the connections so far. */
export function serveEvents(refuse: () => number | undefined = () => undefined): StreamConnection[] {
  const connections: StreamConnection[] = [];
  vi.stubGlobal("fetch", async (input: URL, { signal }: { signal: AbortSignal }) => {
    const status = refuse();
    if (status !== undefined) return new Response("{}", { status });
    const encoder = new TextEncoder();
    let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
    const body = new ReadableStream<Uint8Array>({ start: (opened) => void (controller = opened) });
    signal.addEventListener("abort", () => controller?.error(signal.reason));
    connections.push({
      lastEventId: new URL(input, document.baseURI).searchParams.get("lastEventId"),
      signal,
      send(position, event) {
        const data = event === undefined ? "" : `data: ${JSON.stringify(event)}\n`;
        controller?.enqueue(encoder.encode(`id: ${position}\n${data}\n`));
      },
      sendGap(first, last) {
        const data = JSON.stringify({ first, last });
        controller?.enqueue(encoder.encode(`id: ${last}\nevent: gap\ndata: ${data}\n\n`));
      },
      end: () => controller?.close(),
    });
    return new Response(body, { headers: { "content-type": "text/event-stream" } });
  });
  return connections;
}
