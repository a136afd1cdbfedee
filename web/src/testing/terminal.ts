// A session of a terminal with a fake server, for unit tests.
import { vi } from "vitest";
import type { Failure } from "../services/problem";
import type { ConnectionHandlers } from "../services/terminal";
import type { Remembered } from "../terminal/memory";
import type { Attached, TerminalMode, TicketRequest } from "../terminal/protocol";
import { TerminalSession, type SessionState } from "../terminal/session";

export const TOKEN = "t".repeat(43);
export const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** The connection of a session, as the server sees it. */
export class FakeConnection {
  sent: (string | Uint8Array)[] = [];
  isClosed = false;
  buffered = 0;

  constructor(
    readonly ticket: string,
    readonly handlers: ConnectionHandlers,
  ) {}

  /** The messages of one type that the session has sent. */
  messages(type: string): Record<string, unknown>[] {
    return this.sent
      .filter((data) => typeof data === "string")
      .map((data) => JSON.parse(data as string) as Record<string, unknown>)
      .filter((message) => message.type === type);
  }

  /** The input that the session has sent, one text for each message. */
  input(): string[] {
    return this.sent
      .filter((data) => typeof data !== "string")
      .map((data) => new TextDecoder().decode(data as Uint8Array));
  }

  attached(changes: Partial<Attached> = {}): void {
    this.handlers.text(
      JSON.stringify({
        type: "attached",
        sessionId: "0192f0c1-0000-7000-8000-000000000000",
        reconnectToken: TOKEN,
        mode: "read-only",
        restored: "new",
        position: 0,
        columns: 100,
        rows: 30,
        ...changes,
      } satisfies Attached),
    );
  }
}

/** A session with fakes for everything that it uses; `remembered` is what the tab has stored. */
export function setUpSession(remembered?: Remembered) {
  const connections: FakeConnection[] = [];
  const requests: TicketRequest[] = [];
  const states: SessionState[] = [];
  const drawn: string[] = [];
  const parsed: (() => void)[] = [];
  const notices: string[] = [];
  const answers: (Failure | undefined)[] = [];
  let stored = remembered;
  const memory = {
    load: () => stored,
    save: (value: Remembered) => void (stored = value),
    clear: () => void (stored = undefined),
    loadPicture: () => undefined,
    savePicture: () => {},
  };
  const modes: TerminalMode[] = [];
  const session = new TerminalSession({
    async createTicket(request) {
      requests.push(request);
      const failure = answers.shift();
      if (failure) throw failure;
      return { ticket: `ticket-${requests.length}`, expiresAt: "", sessionId: null };
    },
    connect(ticket, handlers) {
      const connection = new FakeConnection(ticket, handlers);
      connections.push(connection);
      return {
        send: (data) => connection.sent.push(data),
        bufferedBytes: () => connection.buffered,
        close: () => (connection.isClosed = true),
      };
    },
    screen: {
      write(data, done) {
        drawn.push(new TextDecoder().decode(data));
        parsed.push(done);
      },
      clear: () => drawn.push("<clear>"),
    },
    memory,
    random: () => 0.5,
    changed(state, mode) {
      states.push(state);
      modes.push(mode);
    },
    noticed: ({ detail }) => notices.push(detail),
  });
  return {
    session,
    connections,
    requests,
    states,
    modes,
    drawn,
    parsed,
    notices,
    answers,
    stored: () => stored,
    state: () => states.at(-1),
    last: () => connections.at(-1) as FakeConnection,
  };
}

/** Lets pending promises finish; needs fake timers. */
export const settle = () => vi.advanceTimersByTimeAsync(0);

/** Starts a session that is attached. */
export async function attachSession(setup = setUpSession()) {
  setup.session.start({}, { columns: 100, rows: 30 });
  await settle();
  setup.last().handlers.opened();
  setup.last().attached();
  return setup;
}
