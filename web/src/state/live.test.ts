import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { eventOf } from "../testing/events";
import { serveEvents, type StreamConnection } from "../testing/eventServer";
import { live } from "./live.svelte";

let connections: StreamConnection[];
let refusal: number | undefined;
let received: string[];
let stopListening: () => void;

beforeEach(async () => {
  refusal = undefined;
  received = [];
  connections = serveEvents(() => refusal);
  stopListening = live.listen((messages) => received.push(...messages.map(({ position }) => position)));
  live.start();
  await vi.waitFor(() => expect(connections).toHaveLength(1));
});

afterEach(() => {
  live.stop();
  stopListening();
});

const connection = (index: number): StreamConnection => {
  const found = connections[index];
  if (!found) throw new Error("there is no such connection");
  return found;
};

async function interrupt(): Promise<void> {
  connection(0).end();
  await vi.waitFor(() => expect(live.connection).toBe("polling"));
}

test("after an interruption the stream resumes instead of starting over", async () => {
  const starts = live.starts;
  connection(0).send(7);
  await vi.waitFor(() => expect(live.connection).toBe("live"));
  expect(live.starts).toBe(starts + 1);
  connection(0).send(8, eventOf(8));
  await vi.waitFor(() => expect(received).toEqual(["8"]));
  await interrupt();
  await vi.waitFor(() => expect(connections).toHaveLength(2), 3_000);
  expect(connection(1).lastEventId).toBe("8");
  connection(1).send(9, eventOf(9));
  await vi.waitFor(() => expect(received).toEqual(["8", "9"]));
  expect(live.starts).toBe(starts + 1);
});

test("a position that is no longer retained makes the stream start over", async () => {
  connection(0).send(7);
  await vi.waitFor(() => expect(live.connection).toBe("live"));
  const starts = live.starts;
  refusal = 409;
  await interrupt();
  await vi.waitFor(() => expect(live.failure?.status).toBe(409), 3_000);
  refusal = undefined;
  await vi.waitFor(() => expect(connections).toHaveLength(2), 3_000);
  expect(connection(1).lastEventId).toBeNull();
  connection(1).send(900);
  await vi.waitFor(() => expect(live.starts).toBe(starts + 1));
});

test("after a gap everything is loaded again, and the stream continues behind it", async () => {
  connection(0).send(7);
  await vi.waitFor(() => expect(live.connection).toBe("live"));
  const starts = live.starts;
  connection(0).sendGap(8, 11);
  await vi.waitFor(() => expect(live.starts).toBe(starts + 1));
  connection(0).send(12, eventOf(12));
  await vi.waitFor(() => expect(received).toEqual(["12"]));
  await interrupt();
  await vi.waitFor(() => expect(connections).toHaveLength(2), 3_000);
  expect(connection(1).lastEventId).toBe("12");
});

test("a stopped stream is closed, delivers nothing more, and is not opened by a change of tabs", async () => {
  connection(0).send(7, eventOf(7));
  await vi.waitFor(() => expect(received).toEqual(["7"]));
  connection(0).send(8, eventOf(8));
  live.stop();
  expect(connection(0).signal.aborted).toBe(true);
  document.dispatchEvent(new Event("visibilitychange"));
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(received).toEqual(["7"]);
  expect(connections).toHaveLength(1);
  live.start();
  await vi.waitFor(() => expect(connections).toHaveLength(2));
  expect(connection(1).lastEventId).toBeNull();
});
