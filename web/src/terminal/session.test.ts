import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { attachSession, bytes, setUpSession, settle, TOKEN } from "../testing/terminal";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("a new session asks for a read-only ticket and attaches with its size", async () => {
  const setup = await attachSession();
  expect(setup.requests).toEqual([{ mode: "read-only", view: {} }]);
  expect(setup.last().ticket).toBe("ticket-1");
  expect(setup.last().messages("attach")).toEqual([
    { type: "attach", columns: 100, rows: 30, received: null },
  ]);
  expect(setup.state()).toMatchObject({ phase: "attached" });
  expect(setup.stored()).toMatchObject({ reconnectToken: TOKEN, mode: "read-only" });
});

test("a refresh attaches to the remembered session, whose screen replaces everything and is not counted", async () => {
  const setup = setUpSession({ reconnectToken: "old", mode: "interactive", view: {} });
  setup.session.start({}, { columns: 100, rows: 30 });
  await settle();
  expect(setup.requests).toEqual([{ reconnectToken: "old" }]);
  setup.last().handlers.opened();
  setup.last().attached({ restored: "screen", position: 5_000, mode: "interactive" });
  setup.last().handlers.bytes(bytes("SCREEN"));
  setup.last().handlers.bytes(bytes("abc"));
  expect(setup.drawn).toEqual(["<clear>", "SCREEN", "abc"]);
  setup.parsed.forEach((done) => done());
  await vi.advanceTimersByTimeAsync(200);
  expect(setup.last().messages("acknowledge")).toEqual([{ type: "acknowledge", received: 5_003 }]);
});

test("without a view in the address the remembered session is shown, whatever it began with", async () => {
  const setup = setUpSession({ reconnectToken: "old", mode: "read-only", view: { view: "alerts" } });
  setup.session.start({}, { columns: 100, rows: 30 });
  await settle();
  expect(setup.requests).toEqual([{ reconnectToken: "old" }]);
});

test("another view than the remembered one starts a new session", async () => {
  const setup = setUpSession({ reconnectToken: "old", mode: "read-only", view: {} });
  setup.session.start({ view: "jobs", filter: "status:FAILED" }, { columns: 100, rows: 30 });
  await settle();
  expect(setup.requests).toEqual([{ mode: "read-only", view: { view: "jobs", filter: "status:FAILED" } }]);
});

test("output is acknowledged after it is processed, in few messages", async () => {
  const setup = await attachSession();
  setup.last().handlers.bytes(bytes("a".repeat(10)));
  setup.last().handlers.bytes(bytes("b".repeat(20)));
  await vi.advanceTimersByTimeAsync(1_000);
  expect(setup.last().messages("acknowledge")).toEqual([]);
  setup.parsed[0]?.();
  setup.parsed[1]?.();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(setup.last().messages("acknowledge")).toEqual([{ type: "acknowledge", received: 30 }]);
});

test("a lot of processed output is acknowledged at once", async () => {
  const setup = await attachSession();
  setup.last().handlers.bytes(new Uint8Array(40_000));
  setup.parsed[0]?.();
  expect(setup.last().messages("acknowledge")).toEqual([{ type: "acknowledge", received: 40_000 }]);
});

test("a lost connection is resumed from the last byte that the screen has got, after a delay", async () => {
  const setup = await attachSession();
  setup.last().handlers.bytes(bytes("hello"));
  setup.last().handlers.closed(1006);
  expect(setup.state()).toMatchObject({ phase: "waiting", why: "the connection was lost" });
  await vi.advanceTimersByTimeAsync(374);
  expect(setup.requests).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(1);
  expect(setup.requests[1]).toEqual({ reconnectToken: TOKEN });
  setup.last().handlers.opened();
  expect(setup.last().messages("attach")).toEqual([{ type: "attach", columns: 100, rows: 30, received: 5 }]);
  setup.last().attached({ restored: "replay", position: 5 });
  setup.last().handlers.bytes(bytes(" world"));
  expect(setup.drawn).toEqual(["<clear>", "hello", " world"]);
});

test("what an earlier connection still reports has no effect", async () => {
  const setup = await attachSession();
  const old = setup.last();
  old.handlers.bytes(bytes("x"));
  setup.session.renew();
  await settle();
  expect(old.isClosed).toBe(true);
  setup.last().handlers.opened();
  setup.last().attached({ restored: "replay", position: 1 });
  old.handlers.bytes(bytes("late"));
  old.handlers.closed(4410);
  setup.parsed[0]?.();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(setup.state()).toMatchObject({ phase: "attached" });
  expect(setup.drawn).toEqual(["<clear>", "x"]);
  expect(setup.last().messages("acknowledge")).toEqual([]);
});

test("the delay grows up to 30 seconds and starts again after a stable connection", async () => {
  const setup = await attachSession();
  const delays: number[] = [];
  for (let round = 0; round < 9; round += 1) {
    setup.last().handlers.closed(1012);
    const state = setup.state();
    if (state?.phase !== "waiting") throw new Error("it does not wait");
    expect(state.why).toBe("the terminal server restarts");
    delays.push(state.retryAt - Date.now());
    await vi.advanceTimersByTimeAsync(state.retryAt - Date.now());
  }
  expect(delays.slice(0, 3)).toEqual([375, 750, 1_500]);
  expect(delays.at(-1)).toBe(22_500);
  setup.last().handlers.opened();
  setup.last().attached({ restored: "replay" });
  await vi.advanceTimersByTimeAsync(6_000);
  setup.last().handlers.closed(1006);
  const state = setup.state();
  expect(state?.phase === "waiting" && state.retryAt - Date.now()).toBe(375);
});

test("it connects at once when the page becomes visible while it waits", async () => {
  const setup = await attachSession();
  setup.session.hurry();
  expect(setup.requests).toHaveLength(1);
  setup.last().handlers.closed(1006);
  setup.session.hurry();
  await settle();
  expect(setup.requests).toHaveLength(2);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(setup.requests).toHaveLength(2);
});

test("a server that accepts the connection and does not answer is left after ten seconds", async () => {
  const setup = setUpSession();
  setup.session.start({}, { columns: 100, rows: 30 });
  await settle();
  setup.last().handlers.opened();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(setup.last().isClosed).toBe(true);
  expect(setup.state()).toMatchObject({ phase: "waiting", why: expect.stringContaining("in time") });
});

test("a connection on which nothing arrives any more is left, and restored", async () => {
  const setup = await attachSession();
  const connection = setup.last();
  for (let round = 0; round < 10; round += 1) {
    await vi.advanceTimersByTimeAsync(15_000);
    connection.handlers.text(JSON.stringify({ type: "heartbeat" }));
  }
  expect(setup.state()).toMatchObject({ phase: "attached" });
  await vi.advanceTimersByTimeAsync(45_000);
  expect(connection.isClosed).toBe(true);
  expect(setup.state()).toMatchObject({ phase: "waiting", why: "the connection was lost" });
  await vi.advanceTimersByTimeAsync(1_000);
  expect(setup.requests[1]).toEqual({ reconnectToken: TOKEN });
});

test("the size is clamped, sent when it changes, and only then", async () => {
  const setup = await attachSession();
  setup.session.resize({ columns: 100, rows: 30 });
  setup.session.resize({ columns: 5_000, rows: 1 });
  setup.session.resize({ columns: 9_000, rows: 2 });
  expect(setup.last().messages("resize")).toEqual([{ type: "resize", columns: 500, rows: 5 }]);
});

test("a size that changed while it was connecting is sent after it has attached", async () => {
  const setup = setUpSession();
  setup.session.start({}, { columns: 100, rows: 30 });
  await settle();
  setup.last().handlers.opened();
  setup.session.resize({ columns: 120, rows: 40 });
  expect(setup.last().messages("resize")).toEqual([]);
  setup.last().attached();
  expect(setup.last().messages("resize")).toEqual([{ type: "resize", columns: 120, rows: 40 }]);
});

test("the first key is sent at once and what follows together", async () => {
  const setup = await attachSession();
  const sent = () => setup.last().input();
  for (const key of "abc") expect(setup.session.input(bytes(key))).toBe(true);
  expect(sent()).toEqual(["a"]);
  await vi.advanceTimersByTimeAsync(10);
  expect(sent()).toEqual(["a", "bc"]);
});

test("a large paste is sent in several messages, and one that is too large is refused", async () => {
  const setup = await attachSession();
  expect(setup.session.input(new Uint8Array(40_000))).toBe(true);
  const sizes = setup
    .last()
    .input()
    .map((text) => text.length);
  expect(sizes).toEqual([16_384, 16_384, 7_232]);
  expect(setup.session.input(new Uint8Array(300_000))).toBe(false);
});

test("input is refused without a connection and while the network does not take it", async () => {
  const setup = await attachSession();
  setup.last().buffered = 2_000_000;
  expect(setup.session.input(bytes("a"))).toBe(false);
  setup.last().handlers.closed(1006);
  expect(setup.session.input(bytes("a"))).toBe(false);
});

test("a rotated token replaces the remembered one", async () => {
  const setup = await attachSession();
  setup.last().handlers.text(JSON.stringify({ type: "reconnectToken", reconnectToken: "next" }));
  expect(setup.stored()?.reconnectToken).toBe("next");
  expect(setup.last().messages("confirm")).toEqual([
    { type: "confirm", reconnectToken: TOKEN },
    { type: "confirm", reconnectToken: "next" },
  ]);
});

test("notices are reported and unknown messages ignored", async () => {
  const setup = await attachSession();
  setup
    .last()
    .handlers.text(JSON.stringify({ type: "notice", code: "read-only", detail: "Input was dropped." }));
  setup.last().handlers.text(JSON.stringify({ type: "later" }));
  setup.last().handlers.text("no JSON");
  expect(setup.notices).toEqual(["Input was dropped."]);
});

test("a closed session neither connects again nor draws", async () => {
  const setup = await attachSession();
  const connection = setup.last();
  setup.session.close();
  connection.handlers.bytes(bytes("late"));
  connection.handlers.closed(1006);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(connection.isClosed).toBe(true);
  expect(setup.drawn).toEqual(["<clear>"]);
  expect(setup.requests).toHaveLength(1);
});
