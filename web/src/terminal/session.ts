// The session of a terminal: connects, attaches, follows the output by its position, and connects again. It knows neither
// the terminal emulator nor the page.
import type { Connection, ConnectionHandlers } from "../services/terminal";
import { Failure } from "../services/problem";
import { Acknowledger } from "./acknowledger";
import { retryDelayMs } from "./backoff";
import { InputBatch } from "./inputBatch";
import { isSameView, type Memory } from "./memory";
import {
  clampSize,
  parseMessage,
  type Attached,
  type ClientMessage,
  type Notice,
  type TerminalMode,
  type TerminalSize,
  type TerminalView,
  type Ticket,
  type TicketRequest,
} from "./protocol";
import { reasonToWait, stopOfClose, stopOfTicket, type Stop } from "./stop";

export type SessionState =
  | { phase: "connecting" }
  | { phase: "attached"; sessionId: string }
  /** The connection is lost, or the server is not there; the next attempt is at `retryAt`, in milliseconds since 1970. */
  | { phase: "waiting"; why: string; fix: string; retryAt: number }
  /** Only the user can continue. */
  | { phase: "stopped"; stop: Stop };

/** The states in which the user should know why there is no terminal. */
export type Trouble = Extract<SessionState, { phase: "waiting" | "stopped" }>;

/** The terminal emulator. */
export interface Screen {
  /** Draws output after everything that was written before; calls `done` when it is processed. */
  write(bytes: Uint8Array, done: () => void): void;
  /** Clears everything that was written before. */
  clear(): void;
}

export interface SessionPorts {
  createTicket(request: TicketRequest, signal: AbortSignal): Promise<Ticket>;
  connect(ticket: string, handlers: ConnectionHandlers): Connection;
  screen: Screen;
  memory: Memory;
  /** A number from 0 up to 1. */
  random(): number;
  changed(state: SessionState, mode: TerminalMode): void;
  noticed(notice: Pick<Notice, "code" | "detail">): void;
}

/** Longest time from a ticket to the answer to attach. */
const ATTACH_LIMIT_MS = 10_000;
/** Longest time without a message; the server sends one every 15 seconds. */
const SILENCE_MS = 45_000;
/** A connection that lasts this long resets the delay between attempts. */
const STABLE_MS = 5_000;
/** Input is refused while the network holds back this much. */
const BUFFERED_LIMIT_BYTES = 1024 * 1024;

export class TerminalSession {
  #mode: TerminalMode = "read-only";
  #view: TerminalView = {};
  #size: TerminalSize = { columns: 80, rows: 24 };
  #token: string | undefined;
  /** Position after the last byte that was passed to the screen; `null` if the screen is not that of the session. */
  #position: number | null = null;
  #isScreenNext = false;
  #exitCode: number | undefined;

  #phase: SessionState["phase"] = "connecting";
  #connection: Connection | undefined;
  /** Each attempt has a number, so that what an earlier one still reports has no effect. */
  #attempt = 0;
  #failures = 0;
  #attachedAt = 0;
  #abort: AbortController | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #acknowledger = new Acknowledger((received) => this.#send({ type: "acknowledge", received }));
  #input = new InputBatch((bytes) => this.#connection?.send(bytes));

  constructor(private readonly ports: SessionPorts) {}

  /** Attaches to the session that the tab remembers, unless another view is asked for; otherwise starts a new one. */
  start(view: TerminalView, size: TerminalSize): void {
    this.#size = clampSize(size);
    const remembered = this.ports.memory.load();
    const isAnyView = isSameView(view, {});
    if (!remembered || !(isAnyView || isSameView(remembered.view, view)))
      return this.startNew("read-only", view);
    this.#token = remembered.reconnectToken;
    this.#mode = remembered.mode;
    this.#view = remembered.view;
    this.reconnect();
  }

  /** Leaves the session, if there is one, and starts a new one. */
  startNew(mode: TerminalMode = this.#mode, view: TerminalView = this.#view): void {
    this.#mode = mode;
    this.#view = view;
    this.#forget();
    this.reconnect();
  }

  /** Connects now, whatever the state. */
  reconnect(): void {
    this.#failures = 0;
    void this.#connect();
  }

  /** Connects now if it waits to do that. */
  hurry(): void {
    if (this.#phase === "waiting") this.reconnect();
  }

  /** Connects again unless it has stopped: the network or the page has changed, and the connection may be dead. */
  renew(): void {
    if (this.#phase !== "stopped") this.reconnect();
  }

  /** Sends what the user has typed. Returns whether it was accepted; without a connection, nothing is. */
  input(bytes: Uint8Array): boolean {
    if (this.#phase !== "attached" || !this.#connection) return false;
    if (this.#connection.bufferedBytes() > BUFFERED_LIMIT_BYTES) return false;
    return this.#input.add(bytes);
  }

  resize(size: TerminalSize): void {
    const { columns, rows } = clampSize(size);
    if (columns === this.#size.columns && rows === this.#size.rows) return;
    this.#size = { columns, rows };
    if (this.#phase === "attached") this.#send({ type: "resize", columns, rows });
  }

  /** Closes the connection. The session goes on at the server, for a while. */
  close(): void {
    this.#attempt += 1;
    this.#disconnect();
  }

  async #connect(): Promise<void> {
    const attempt = ++this.#attempt;
    this.#disconnect();
    this.#change({ phase: "connecting" });
    const abort = new AbortController();
    this.#abort = abort;
    const token = this.#token;
    let ticket: Ticket;
    try {
      const request = token ? { reconnectToken: token } : { mode: this.#mode, view: this.#view };
      ticket = await this.ports.createTicket(request, abort.signal);
    } catch (cause) {
      if (attempt === this.#attempt) this.#onRefused(cause, token !== undefined);
      return;
    }
    if (attempt !== this.#attempt) return;
    const isCurrent = (): boolean => attempt === this.#attempt;
    this.#connection = this.ports.connect(ticket.ticket, {
      opened: () => {
        if (isCurrent()) this.#send({ type: "attach", ...this.#size, received: this.#position });
      },
      text: (text) => isCurrent() && this.#onText(text),
      bytes: (bytes) => isCurrent() && this.#onBytes(bytes, isCurrent),
      closed: (code) => isCurrent() && this.#onClosed(code),
    });
    this.#timer = setTimeout(() => {
      if (isCurrent()) this.#wait("the terminal server did not answer in time", "");
    }, ATTACH_LIMIT_MS);
  }

  #onRefused(cause: unknown, isReconnect: boolean): void {
    const failure = cause instanceof Failure ? cause : new Failure("Open the terminal", String(cause), "", 0);
    const isGone = isReconnect && (failure.status === 404 || failure.status === 410);
    if (isGone) {
      const hadScreen = this.#position !== null;
      this.#forget();
      // After a refresh nobody waits for exactly that session: a new one is what the user expects.
      if (!hadScreen) return void this.#connect();
    }
    const stop = stopOfTicket(failure, isReconnect, this.#mode === "interactive");
    if (stop) this.#stop(stop);
    else this.#wait(failure.why, failure.fix);
  }

  #onText(text: string): void {
    this.#noteMessage();
    const message = parseMessage(text);
    if (message?.type === "attached") this.#onAttached(message);
    else if (message?.type === "reconnectToken") this.#remember(message.reconnectToken);
    else if (message?.type === "notice") this.ports.noticed(message);
    else if (message?.type === "exited") this.#exitCode = message.exitCode;
  }

  /** Notes that the connection is alive: the browser does not report one whose network is gone. */
  #noteMessage(): void {
    if (this.#phase !== "attached") return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#wait("the connection was lost", ""), SILENCE_MS);
  }

  #onAttached(message: Attached): void {
    clearTimeout(this.#timer);
    this.#mode = message.mode;
    this.#remember(message.reconnectToken);
    if (message.restored === "new") this.ports.screen.clear();
    this.#isScreenNext = message.restored === "screen";
    this.#position = message.position;
    this.#exitCode = undefined;
    this.#attachedAt = Date.now();
    this.#acknowledger.start(message.position);
    this.#change({ phase: "attached", sessionId: message.sessionId });
    this.#noteMessage();
    // The size may have changed since attach was sent, and the server may have another one.
    const { columns, rows } = this.#size;
    if (columns !== message.columns || rows !== message.rows) this.#send({ type: "resize", columns, rows });
  }

  #onBytes(bytes: Uint8Array, isCurrent: () => boolean): void {
    if (this.#phase !== "attached" || this.#position === null) return;
    this.#noteMessage();
    if (this.#isScreenNext) {
      this.#isScreenNext = false;
      this.ports.screen.clear();
      this.ports.screen.write(bytes, () => {});
      return;
    }
    const position = this.#position + bytes.length;
    this.#position = position;
    this.ports.screen.write(bytes, () => {
      if (isCurrent()) this.#acknowledger.processed(position);
    });
  }

  #onClosed(code: number): void {
    const isStable = this.#phase === "attached" && Date.now() - this.#attachedAt >= STABLE_MS;
    if (isStable) this.#failures = 0;
    const stop = stopOfClose(code, this.#exitCode);
    if (!stop) {
      return this.#wait(reasonToWait(code), "");
    }
    if (stop.actions[0] === "new-session") this.#forget();
    this.#stop(stop);
  }

  #wait(why: string, fix: string): void {
    this.#attempt += 1;
    this.#disconnect();
    this.#failures += 1;
    const delayMs = retryDelayMs(this.#failures, this.ports.random());
    this.#timer = setTimeout(() => void this.#connect(), delayMs);
    this.#change({ phase: "waiting", why, fix, retryAt: Date.now() + delayMs });
  }

  #stop(stop: Stop): void {
    this.#attempt += 1;
    this.#disconnect();
    this.#change({ phase: "stopped", stop });
  }

  #disconnect(): void {
    clearTimeout(this.#timer);
    this.#abort?.abort();
    this.#connection?.close();
    this.#connection = undefined;
    this.#acknowledger.stop();
    this.#input.clear();
    // A screen that was announced and did not arrive: what follows cannot be drawn on the old one.
    if (this.#isScreenNext) this.#position = null;
    this.#isScreenNext = false;
  }

  #remember(reconnectToken: string): void {
    this.#token = reconnectToken;
    this.ports.memory.save({ reconnectToken, mode: this.#mode, view: this.#view });
    // Not before it is stored: the server then forgets the one before.
    this.#send({ type: "confirm", reconnectToken });
  }

  #forget(): void {
    this.#token = undefined;
    this.#position = null;
    this.ports.memory.clear();
  }

  #send(message: ClientMessage): void {
    this.#connection?.send(JSON.stringify(message));
  }

  #change(state: SessionState): void {
    this.#phase = state.phase;
    this.ports.changed(state, this.#mode);
  }
}
