// A terminal server for tests: the tickets, and the messages of contracts/asyncapi/terminal.json. Its program is the test.
import type { Page, WebSocketRoute } from "@playwright/test";

type Message = Record<string, unknown>;

export class TerminalServer {
  /** The bodies of the requests for tickets. */
  tickets: Message[] = [];
  /** What the terminals have typed. */
  input = "";
  /** The text messages of the terminals. */
  messages: Message[] = [];
  /** What a terminal that attaches is sent, by the position of the output. */
  output = "";
  /** Status with which tickets are refused; 0 issues them. */
  refusal = 0;
  isInteractive = true;

  #sockets: WebSocketRoute[] = [];
  #request: Message = {};
  #sessions = 0;

  static async start(page: Page): Promise<TerminalServer> {
    const server = new TerminalServer();
    await page.route(/\/api\/terminal\/status$/, (route) =>
      route.fulfill({ json: { interactive: server.isInteractive, sessions: 1, maxSessions: 50 } }),
    );
    await page.route(/\/api\/terminal\/tickets$/, async (route) => {
      if (server.refusal > 0) {
        return route.fulfill({
          status: server.refusal,
          contentType: "application/problem+json",
          json: { title: "Refused", status: server.refusal, detail: "the terminal server does not answer" },
        });
      }
      server.#request = route.request().postDataJSON() as Message;
      server.tickets.push(server.#request);
      return route.fulfill({
        status: 201,
        json: { ticket: "t".repeat(43), expiresAt: "2030-01-01T00:00:00Z", sessionId: null },
      });
    });
    await page.route(/\/session$/, (route) =>
      route.fulfill({
        json: { authentication: "none", caller: null, version: "0.1.0", terminal: { configured: true } },
      }),
    );
    await page.routeWebSocket(/\/api\/terminal\/session$/, (socket) => server.#open(socket));
    return server;
  }

  /** Sends output to the terminals. */
  write(text: string): void {
    this.output += text;
    for (const socket of this.#sockets) socket.send(Buffer.from(text));
  }

  /** Closes all connections. */
  async close(code: number): Promise<void> {
    const sockets = this.#sockets;
    this.#sockets = [];
    for (const socket of sockets) await socket.close({ code });
  }

  #open(socket: WebSocketRoute): void {
    const request = this.#request;
    socket.onMessage((data) => {
      if (typeof data !== "string") {
        this.input += data.toString();
        return;
      }
      const message = JSON.parse(data) as Message;
      this.messages.push(message);
      if (message.type === "attach") this.#attach(socket, request, message);
    });
  }

  #attach(socket: WebSocketRoute, request: Message, message: Message): void {
    this.#sockets = [socket];
    const isNew = request.reconnectToken === undefined;
    if (isNew) this.#sessions += 1;
    const received = message.received as number | null;
    const restored = isNew ? "new" : received === null ? "screen" : "replay";
    const position = restored === "new" ? 0 : (received ?? this.output.length);
    socket.send(
      JSON.stringify({
        type: "attached",
        sessionId: `00000000-0000-4000-8000-00000000000${this.#sessions}`,
        reconnectToken: "r".repeat(43),
        mode: request.mode ?? "read-only",
        restored,
        position,
        columns: message.columns,
        rows: message.rows,
      }),
    );
    const rest = restored === "screen" ? this.output : this.output.slice(position);
    if (rest !== "") socket.send(Buffer.from(rest));
  }
}
