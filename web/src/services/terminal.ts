// The terminal server, through the web role.
import type { Ticket, TicketRequest, TerminalStatus } from "../terminal/protocol";
import { address, json } from "./http";

const PREFIX = "api/terminal";
const PROTOCOL = "odd-terminal.v1";

export const getTerminalStatus = (signal?: AbortSignal): Promise<TerminalStatus> =>
  json({ what: "Load the state of the terminal server", path: `${PREFIX}/status`, signal });

export const createTicket = (request: TicketRequest, signal?: AbortSignal): Promise<Ticket> =>
  json({ what: "Open the terminal", method: "POST", path: `${PREFIX}/tickets`, body: request, signal });

export interface ConnectionHandlers {
  opened(): void;
  text(text: string): void;
  bytes(bytes: Uint8Array): void;
  /** The connection has ended, or could not be opened. Nothing follows. */
  closed(code: number): void;
}

export interface Connection {
  send(data: string | Uint8Array): void;
  /** Bytes that were passed to `send` and have not left the browser yet. */
  bufferedBytes(): number;
  /** Closes the connection. No handler is called any more. */
  close(): void;
}

/** Opens the connection that a ticket allows. */
export function connectTerminal(ticket: string, handlers: ConnectionHandlers): Connection {
  const url = address(`${PREFIX}/session`);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  const socket = new WebSocket(url, [PROTOCOL, `odd-ticket.${ticket}`]);
  socket.binaryType = "arraybuffer";
  socket.onopen = () => handlers.opened();
  socket.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) => {
    if (typeof data === "string") handlers.text(data);
    else handlers.bytes(new Uint8Array(data));
  };
  socket.onclose = ({ code }) => handlers.closed(code);
  return {
    send(data) {
      if (socket.readyState === WebSocket.OPEN) socket.send(data as string | Uint8Array<ArrayBuffer>);
    },
    bufferedBytes: () => socket.bufferedAmount,
    close() {
      socket.onopen = socket.onmessage = socket.onclose = null;
      socket.close(1000);
    },
  };
}
