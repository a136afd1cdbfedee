import { render, screen } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, test, vi } from "vitest";
import type { ConnectionHandlers } from "../services/terminal";
import { preferences } from "../state/preferences.svelte";
import { session } from "../state/session.svelte";
import { answerWith, jsonAnswer, type Request } from "../testing/answers";
import type { EmulatorOptions } from "./emulator";
import TerminalPanel from "./TerminalPanel.svelte";

const fakes = vi.hoisted(() => ({
  emulator: undefined as undefined | EmulatorOptions,
  focused: 0,
  job: undefined as string | undefined,
  connections: [] as { handlers: ConnectionHandlers; sent: unknown[] }[],
}));

vi.mock("./emulator", () => ({
  loadFont: () => Promise.resolve(),
  Emulator: class {
    fontSizePx = 14;
    isDark = true;
    isScreenReaderMode = false;
    constructor(options: EmulatorOptions) {
      fakes.emulator = options;
    }
    write = (_: Uint8Array, done: () => void) => done();
    clear = () => {};
    fit = () => ({ columns: 100, rows: 30 });
    focus = () => (fakes.focused += 1);
    lines = () => ["line"];
    shownJob = () => fakes.job;
    picture = () => "picture";
    showPicture = () => {};
    close = () => {};
  },
}));

vi.mock("../services/terminal", async (original) => ({
  ...(await original<object>()),
  connectTerminal: (_: string, handlers: ConnectionHandlers) => {
    const connection = { handlers, sent: [] as unknown[] };
    fakes.connections.push(connection);
    return {
      send: (data: unknown) => connection.sent.push(data),
      bufferedBytes: () => 0,
      close: () => {},
    };
  },
}));

const overview = {
  stats: {},
  statuses: { FAILED: 12 },
  submittedPerSecond: 1,
  finishedPerSecond: 2,
  wait: { count: 0, p50Ms: null, p95Ms: null, p99Ms: null },
  run: { count: 1, p50Ms: 1, p95Ms: 25, p99Ms: 30 },
  queues: [],
  alerts: [],
  recentJobs: [
    {
      id: "01a22cd6-1678-73c1-a8a5-33d6d8a4626d",
      type: "mail\u202e",
      status: "FAILED",
      createdAt: "2026-11-30T14:00:00Z",
    },
  ],
};

let ticketAnswer: () => Response;
let requests: Request[];

beforeEach(() => {
  sessionStorage.clear();
  preferences.reset();
  fakes.connections = [];
  fakes.job = undefined;
  vi.stubGlobal(
    "ResizeObserver",
    class {
      observe(): void {}
      disconnect(): void {}
    },
  );
  session.value = { authentication: "none", caller: null, version: "0.1.0", terminal: { configured: true } };
  ticketAnswer = () => jsonAnswer({ ticket: "t", expiresAt: "", sessionId: null }, 201);
  requests = answerWith(({ path }) => {
    if (path === "/api/terminal/tickets") return ticketAnswer();
    if (path === "/api/terminal/status")
      return jsonAnswer({ interactive: true, sessions: 0, maxSessions: 5 });
    return jsonAnswer(overview);
  });
});

const tickets = (): unknown[] =>
  requests
    .filter(({ path }) => path === "/api/terminal/tickets")
    .map(({ body }) => JSON.parse(body ?? "") as unknown);

async function attach(mode = "read-only") {
  await vi.waitFor(() => expect(fakes.connections.length).toBeGreaterThan(0));
  const connection = fakes.connections.at(-1) as (typeof fakes.connections)[number];
  connection.handlers.opened();
  connection.handlers.text(
    JSON.stringify({
      type: "attached",
      sessionId: "s",
      reconnectToken: "r",
      mode,
      restored: "new",
      position: 0,
      columns: 100,
      rows: 30,
    }),
  );
  await screen.findByText("connected");
  return connection;
}

test("an attached terminal has the focus, its mode as a badge, and sends what is typed", async () => {
  render(TerminalPanel, { view: {} });
  const connection = await attach();
  expect(screen.getByText("read-only")).toBeVisible();
  fakes.emulator?.oninput(new Uint8Array([113]));
  expect(connection.sent.at(-1)).toEqual(new Uint8Array([113]));
});

test("the interactive mode is offered if the server and the role allow it, and starts a new session", async () => {
  render(TerminalPanel, { view: { view: "jobs" } });
  await attach();
  await userEvent.click(await screen.findByRole("button", { name: "Make it interactive" }));
  await vi.waitFor(() => expect(tickets()).toHaveLength(2));
  expect(tickets()[1]).toEqual({ mode: "interactive", view: { view: "jobs" } });
});

test("a reader is not offered the interactive mode", async () => {
  session.value = {
    authentication: "token",
    caller: { name: "eve", role: "read" },
    version: "0.1.0",
    terminal: { configured: true },
  };
  render(TerminalPanel, { view: {} });
  await attach();
  await vi.waitFor(() => expect(requests.some(({ path }) => path === "/api/terminal/status")).toBe(true));
  expect(screen.queryByRole("button", { name: "Make it interactive" })).toBeNull();
});

test("without a server the reason and the figures are shown, with hostile text inert", async () => {
  ticketAnswer = () =>
    jsonAnswer({ title: "Bad gateway", detail: "the terminal server does not answer" }, 502);
  render(TerminalPanel, { view: {} });
  expect(await screen.findByText(/the terminal server does not answer/)).toBeVisible();
  expect(await screen.findByText("Newest jobs")).toBeVisible();
  expect(screen.getByText("mail⟨202E⟩")).toBeVisible();
  expect(screen.getByRole("link", { name: /12.*FAILED/ })).toHaveAttribute(
    "href",
    expect.stringContaining("status%3AFAILED"),
  );
  ticketAnswer = () => jsonAnswer({ ticket: "t", expiresAt: "", sessionId: null }, 201);
  await userEvent.click(screen.getByRole("button", { name: "Try again now" }));
  await attach();
  expect(screen.queryByText("Newest jobs")).toBeNull();
});

test("a program that has ended can be started again", async () => {
  render(TerminalPanel, { view: {} });
  const connection = await attach();
  connection.handlers.closed(4410);
  expect(await screen.findByRole("alert")).toHaveTextContent("The program in the terminal has ended");
  await userEvent.click(screen.getByRole("button", { name: "Start a new session" }));
  await vi.waitFor(() => expect(tickets()).toHaveLength(2));
});

test("a filter that is not valid can be dropped", async () => {
  history.replaceState(null, "", "/terminal?filter=%3A");
  ticketAnswer = () =>
    jsonAnswer(
      { title: "Invalid", errors: [{ pointer: "/view/filter", message: "a value is missing" }] },
      422,
    );
  render(TerminalPanel, { view: { view: "jobs", filter: ":" } });
  expect(await screen.findByText("A value is missing.")).toBeVisible();
  await userEvent.click(screen.getByRole("button", { name: "Show the overview" }));
  expect(location.search).toBe("");
});

test("the job on the screen has a link to its page", async () => {
  render(TerminalPanel, { view: {} });
  await attach();
  fakes.job = "01a22cd6-1678-73c1-a8a5-33d6d8a4626d";
  fakes.emulator?.onchange();
  expect(await screen.findByRole("link", { name: "Open job" })).toHaveAttribute("href", `/jobs/${fakes.job}`);
});

test("a notice of the server is shown", async () => {
  render(TerminalPanel, { view: {} });
  const connection = await attach();
  connection.handlers.text(
    JSON.stringify({ type: "notice", code: "read-only", detail: "Pasted text was dropped." }),
  );
  expect(await screen.findByText("Pasted text was dropped.")).toBeVisible();
  fakes.emulator?.oninput(new Uint8Array(300_000));
  expect(await screen.findByText(/too much input/)).toBeVisible();
});

test("leaving the terminal moves the focus to the first control", async () => {
  render(TerminalPanel, { view: {} });
  await attach();
  const button = await screen.findByRole("button", { name: "Make it interactive" });
  fakes.emulator?.onleave();
  expect(button).toHaveFocus();
});

test("font size and screen reader mode are remembered", async () => {
  render(TerminalPanel, { view: {} });
  await attach();
  await userEvent.selectOptions(screen.getByRole("combobox", { name: "Size of the font" }), "18 px");
  await userEvent.click(screen.getByRole("checkbox", { name: "Screen reader" }));
  expect(preferences.values.terminal).toEqual({ fontSizePx: 18, isScreenReaderMode: true });
});

test("what was shown is remembered when the page is left", async () => {
  const { unmount } = render(TerminalPanel, { view: {} });
  await attach();
  unmount();
  expect(sessionStorage.getItem("odd-terminal-picture")).toContain("picture");
});
