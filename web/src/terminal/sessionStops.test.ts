import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Failure } from "../services/problem";
import { stopOfTicket } from "./stop";
import { attachSession, bytes, setUpSession, settle } from "../testing/terminal";

const failure = (status: number) => new Failure("Open the terminal", "no such thing", "Do this.", status);

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test.each([
  [4401, "requires a new sign-in", ["sign-in", "reconnect"]],
  [4408, "was disconnected", ["reconnect"]],
  [4409, "open elsewhere", ["reconnect", "new-session"]],
  [4410, "has ended", ["new-session"]],
  [4429, "was disconnected", ["reconnect"]],
  [4400, "refused a message", ["reload-page"]],
  [1009, "refused a message", ["reload-page"]],
])("close code %i stops until the user acts", async (code, what, actions) => {
  const setup = await attachSession();
  setup.last().handlers.closed(code);
  expect(setup.state()).toMatchObject({
    phase: "stopped",
    stop: { what: expect.stringContaining(what), actions },
  });
  setup.session.hurry();
  setup.session.renew();
  await vi.advanceTimersByTimeAsync(120_000);
  expect(setup.requests).toHaveLength(1);
});

test.each([
  [1001, "the terminal server restarts"],
  [1005, "the connection was lost"],
  [1011, "the terminal server cannot start the program"],
])("close code %i lets it connect again", async (code, why) => {
  const setup = await attachSession();
  setup.last().handlers.closed(code);
  expect(setup.state()).toMatchObject({ phase: "waiting", why });
});

test("the exit code of the program is part of the reason", async () => {
  const setup = await attachSession();
  setup.last().handlers.text(JSON.stringify({ type: "exited", exitCode: 3 }));
  setup.last().handlers.closed(4410);
  expect(setup.state()).toMatchObject({ stop: { why: "Its exit code is 3." } });
  expect(setup.stored()).toBeUndefined();
});

test("after the end of the program the user can start a new session, on a clear screen", async () => {
  const setup = await attachSession();
  setup.last().handlers.bytes(bytes("old"));
  setup.last().handlers.closed(4410);
  setup.session.startNew();
  await settle();
  expect(setup.requests[1]).toEqual({ mode: "read-only", view: {} });
  setup.last().handlers.opened();
  expect(setup.last().messages("attach")[0]).toMatchObject({ received: null });
  setup.last().attached();
  setup.last().handlers.bytes(bytes("new"));
  expect(setup.drawn).toEqual(["<clear>", "old", "<clear>", "new"]);
});

test("a remembered session that is gone is replaced by a new one without a question", async () => {
  const setup = setUpSession({ reconnectToken: "old", mode: "read-only", view: {} });
  setup.answers.push(failure(410));
  setup.session.start({}, { columns: 100, rows: 30 });
  await settle();
  expect(setup.requests).toEqual([{ reconnectToken: "old" }, { mode: "read-only", view: {} }]);
});

test("a session that ends while it is shown is not replaced without a question", async () => {
  const setup = await attachSession();
  setup.answers.push(failure(410));
  setup.session.renew();
  await settle();
  expect(setup.state()).toMatchObject({ phase: "stopped", stop: { actions: ["new-session"] } });
});

test.each([
  [401, ["sign-in"]],
  [403, ["sign-in"]],
  [422, ["no-view"]],
  [429, ["reconnect"]],
  [400, ["reconnect"]],
])("a ticket refused with status %i stops until the user acts", async (status, actions) => {
  const setup = setUpSession();
  setup.answers.push(failure(status));
  setup.session.start({}, { columns: 100, rows: 30 });
  await settle();
  expect(setup.state()).toMatchObject({ phase: "stopped", stop: { why: "No such thing.", actions } });
  await vi.advanceTimersByTimeAsync(120_000);
  expect(setup.requests).toHaveLength(1);
});

test("an interactive session that is refused offers a read-only one", async () => {
  const setup = await attachSession();
  setup.answers.push(failure(403));
  setup.session.startNew("interactive");
  await settle();
  expect(setup.requests[1]).toEqual({ mode: "interactive", view: {} });
  expect(setup.state()).toMatchObject({ phase: "stopped", stop: { actions: ["read-only"] } });
});

test.each([0, 404, 502, 503])("a server that is not there (status %i) is asked again", async (status) => {
  const setup = setUpSession();
  setup.answers.push(failure(status));
  setup.session.start({}, { columns: 100, rows: 30 });
  await settle();
  expect(setup.state()).toMatchObject({ phase: "waiting", why: "no such thing", fix: "Do this." });
  await vi.advanceTimersByTimeAsync(1_000);
  expect(setup.requests).toHaveLength(2);
});

test("the limit of one client is named with its setting, another limit is not", () => {
  const whyOf = (why: string): string | undefined =>
    stopOfTicket(new Failure("Open a terminal", why, "", 429), false, false)?.why;
  expect(whyOf("this client uses as many terminals as it may have; close one")).toMatch(
    /close one\. The setting ODD_PTY_MAX_SESSIONS_PER_CLIENT/,
  );
  expect(whyOf("the server has as many terminals as it may have")).not.toContain("ODD_PTY");
});
