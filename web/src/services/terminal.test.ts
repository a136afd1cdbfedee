import { expect, test, vi } from "vitest";
import { answerWith, jsonAnswer } from "../testing/answers";
import { connectTerminal, createTicket, getTerminalStatus } from "./terminal";

class FakeSocket {
  static readonly OPEN = 1;
  static last: FakeSocket;
  readyState = 0;
  bufferedAmount = 7;
  binaryType = "blob";
  sent: unknown[] = [];
  closedWith: number | undefined;
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;

  constructor(
    readonly url: URL,
    readonly protocols: string[],
  ) {
    FakeSocket.last = this;
  }

  send(data: unknown): void {
    this.sent.push(data);
  }

  close(code: number): void {
    this.closedWith = code;
  }
}

test("a ticket is requested with the mode and the view", async () => {
  const requests = answerWith(() => jsonAnswer({ ticket: "t", expiresAt: "", sessionId: null }, 201));
  await createTicket({ mode: "read-only", view: { view: "jobs" } });
  expect(requests[0]).toMatchObject({ method: "POST", path: "/api/terminal/tickets" });
  expect(JSON.parse(requests[0]?.body ?? "")).toEqual({ mode: "read-only", view: { view: "jobs" } });
});

test("the state of the server is read", async () => {
  answerWith(() => jsonAnswer({ interactive: true, sessions: 1, maxSessions: 50 }));
  expect(await getTerminalStatus()).toMatchObject({ interactive: true });
});

test("the ticket is a subprotocol and never part of the address", () => {
  vi.stubGlobal("WebSocket", FakeSocket);
  const handlers = { opened: vi.fn(), text: vi.fn(), bytes: vi.fn(), closed: vi.fn() };
  const connection = connectTerminal("secret", handlers);
  const socket = FakeSocket.last;
  expect(socket.url.href).toBe("ws://localhost:3000/api/terminal/session");
  expect(socket.protocols).toEqual(["odd-terminal.v1", "odd-ticket.secret"]);

  connection.send("too early");
  socket.readyState = 1;
  socket.onopen?.();
  connection.send("text");
  expect(socket.sent).toEqual(["text"]);
  expect(handlers.opened).toHaveBeenCalled();
  expect(connection.bufferedBytes()).toBe(7);

  socket.onmessage?.({ data: "{}" });
  expect(handlers.text).toHaveBeenCalledWith("{}");
  socket.onmessage?.({ data: new Uint8Array([1, 2]).buffer });
  expect(handlers.bytes).toHaveBeenCalledWith(new Uint8Array([1, 2]));
  socket.onclose?.({ code: 4410 });
  expect(handlers.closed).toHaveBeenCalledWith(4410);

  connection.close();
  expect(socket.closedWith).toBe(1000);
  expect(socket.onclose).toBeNull();
});
