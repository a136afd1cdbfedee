/** One message of a stream of server-sent events. */
export interface SseMessage {
  /** The last id so far; the message itself may have none. */
  id: string | undefined;
  /** The name of the event, if the message has one. */
  event?: string;
  /** Empty for a message that only sets the id. */
  data: string;
}

/**
 * Parses server-sent events by the rules of the HTML standard, section "Server-sent events". In contrast to `EventSource`
 * and the libraries for it, it also reports messages without data: the read model uses these to tell the position at which
 * the stream starts.
 */
export class SseParser {
  #rest = "";
  #id: string | undefined;
  #event: string | undefined;
  #data: string[] = [];
  #hasField = false;

  constructor(private readonly onMessage: (message: SseMessage) => void) {}

  /** Parses the next part of the stream, which may end anywhere. */
  feed(chunk: string): void {
    const text = this.#rest + chunk;
    let start = 0;
    for (;;) {
      const end = text.indexOf("\n", start);
      if (end < 0) break;
      this.#line(text.slice(start, text[end - 1] === "\r" ? end - 1 : end));
      start = end + 1;
    }
    this.#rest = text.slice(start);
  }

  #line(line: string): void {
    if (line === "") return this.#dispatch();
    const colon = line.indexOf(":");
    if (colon === 0) return;
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(line[colon + 1] === " " ? colon + 2 : colon + 1);
    if (field === "data") this.#data.push(value);
    else if (field === "event") {
      this.#event = value;
      return;
    } else if (field === "id" && !value.includes("\0")) this.#id = value;
    else return;
    this.#hasField = true;
  }

  #dispatch(): void {
    const event = this.#event === undefined ? {} : { event: this.#event };
    if (this.#hasField) this.onMessage({ id: this.#id, ...event, data: this.#data.join("\n") });
    this.#data = [];
    this.#event = undefined;
    this.#hasField = false;
  }
}
