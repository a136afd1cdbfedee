// The messages of a terminal, as contracts/asyncapi/terminal.json defines them.

export type TerminalMode = "read-only" | "interactive";

export const TERMINAL_VIEWS = ["overview", "jobs", "events", "queues", "services", "alerts"] as const;

/** What a new session shows first. */
export interface TerminalView {
  view?: (typeof TERMINAL_VIEWS)[number];
  filter?: string;
  jobId?: string;
}

export type TicketRequest = { mode: TerminalMode; view?: TerminalView } | { reconnectToken: string };

/** The permission to open one connection. */
export interface Ticket {
  ticket: string;
  expiresAt: string;
  sessionId: string | null;
}

export interface TerminalStatus {
  /** Whether interactive sessions are allowed. */
  interactive: boolean;
  sessions: number;
  maxSessions: number;
}

export interface TerminalSize {
  columns: number;
  rows: number;
}

export interface Attached extends TerminalSize {
  type: "attached";
  sessionId: string;
  reconnectToken: string;
  mode: TerminalMode;
  restored: "new" | "replay" | "screen";
  /** Position of the first byte of output that follows. */
  position: number;
}

export interface Notice {
  type: "notice";
  code: "read-only" | "rate-limit" | "resized";
  detail: string;
}

export type ServerMessage =
  | Attached
  | { type: "reconnectToken"; reconnectToken: string }
  | Notice
  | { type: "exited"; exitCode: number }
  | { type: "heartbeat" };

export type ClientMessage =
  | ({ type: "attach"; received: number | null } & TerminalSize)
  | ({ type: "resize" } & TerminalSize)
  | { type: "acknowledge"; received: number }
  | { type: "confirm"; reconnectToken: string };

export const CLOSE = {
  GOING_AWAY: 1001,
  TOO_LARGE: 1009,
  FAILED: 1011,
  RESTART: 1012,
  PROTOCOL: 4400,
  AUTHENTICATION: 4401,
  IDLE: 4408,
  TAKEN_OVER: 4409,
  GONE: 4410,
  TOO_MANY: 4429,
} as const;

const TYPES = new Set(["attached", "reconnectToken", "notice", "exited", "heartbeat"]);

/** Parses a text message of the server. Returns `undefined` for one that this page does not know. */
export function parseMessage(text: string): ServerMessage | undefined {
  try {
    const message = JSON.parse(text) as ServerMessage | null;
    return message && TYPES.has(message.type) ? message : undefined;
  } catch {
    return undefined;
  }
}

/** The size within the limits that the server applies, so that both sides agree on it. */
export function clampSize({ columns, rows }: TerminalSize): TerminalSize {
  return {
    columns: Math.max(20, Math.min(500, Math.floor(columns))),
    rows: Math.max(5, Math.min(200, Math.floor(rows))),
  };
}
