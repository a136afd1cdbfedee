// The one connection to the event stream, for all pages: it resumes without a gap after an interruption, and the pages
// load by polling while it is down.
import { readEventStream, type StreamMessage } from "../services/eventStream";
import type { Failure } from "../services/problem";

export type Connection = "connecting" | "live" | "polling" | "paused" | "refused";

const RECONNECT_MIN_MS = 500;
const RECONNECT_MAX_MS = 15_000;

/** Events that are kept for the event page. */
export const KEPT_EVENTS = 1_000;

type Listener = (messages: readonly StreamMessage[]) => void;

class Live {
  connection = $state<Connection>("connecting");
  failure = $state.raw<Failure | undefined>(undefined);
  /** Whether the user has paused the page. */
  isPaused = $state(false);
  /** Events per second over the last five seconds. */
  rate = $state(0);
  /** How often the stream began without the events before it. What was loaded until then may be incomplete. */
  starts = $state(0);

  #listeners = new Set<Listener>();
  #pending: StreamMessage[] = [];
  #frame = 0;
  #position: string | undefined;
  #abort: AbortController | undefined;
  #counts: number[] = [0, 0, 0, 0, 0];
  #retries = 0;
  #meter: ReturnType<typeof setInterval> | undefined;

  /** Connects. Called when the session allows reading. */
  start(): void {
    document.addEventListener("visibilitychange", this.#onVisibility);
    window.addEventListener("online", this.#reconnectNow);
    window.addEventListener("pageshow", this.#reconnectNow);
    this.#meter = setInterval(() => this.#measure(), 1_000);
    this.#update();
  }

  /** Ends the connection. Called when the session does not allow reading any more. */
  stop(): void {
    document.removeEventListener("visibilitychange", this.#onVisibility);
    window.removeEventListener("online", this.#reconnectNow);
    window.removeEventListener("pageshow", this.#reconnectNow);
    clearInterval(this.#meter);
    cancelAnimationFrame(this.#frame);
    this.#abort?.abort();
    this.#frame = 0;
    this.#pending = [];
    this.#position = undefined;
    this.connection = "connecting";
  }

  /** Calls `listener` with the events of each frame, in the order of the log, each once. Returns a function that stops it. */
  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Stops or continues. After a pause the stream continues where it stopped. */
  togglePause(): void {
    this.isPaused = !this.isPaused;
    this.#update();
  }

  get #shouldRun(): boolean {
    return !this.isPaused && !document.hidden;
  }

  #restart(): void {
    this.#abort?.abort();
    this.#retries = 0;
    void this.#run();
  }

  async #run(): Promise<void> {
    const abort = new AbortController();
    this.#abort = abort;
    while (!abort.signal.aborted && this.#shouldRun) {
      if (this.connection !== "polling") this.connection = "connecting";
      try {
        await readEventStream(
          this.#position,
          {
            reached: (position) => this.#reached(position),
            received: (message) => this.#receive(message),
            missed: (position) => this.#miss(position),
          },
          abort.signal,
        );
      } catch (cause) {
        if (abort.signal.aborted) return;
        this.failure = cause as Failure;
        if (this.failure.status === 409 || this.failure.status === 422) {
          // The events after this position are no longer retained.
          this.#position = undefined;
        } else if (this.failure.status === 401 || this.failure.status === 403) {
          this.connection = "refused";
          return;
        }
      }
      if (abort.signal.aborted) return;
      this.connection = "polling";
      await this.#delay(abort.signal);
    }
  }

  #reached(position: string): void {
    this.connection = "live";
    this.failure = undefined;
    this.#retries = 0;
    if (this.#position === undefined) this.starts += 1;
    this.#position = position;
  }

  /** Counts as a new start: everything that follows the stream loads its state again. */
  #miss(position: string): void {
    this.#position = undefined;
    this.#reached(position);
  }

  #receive(message: StreamMessage): void {
    if (this.connection !== "live") this.#reached(message.position);
    this.#position = message.position;
    this.#counts[0] = (this.#counts[0] ?? 0) + 1;
    this.#pending.push(message);
    this.#frame ||= requestAnimationFrame(() => this.#deliver());
  }

  #deliver(): void {
    this.#frame = 0;
    const messages = this.#pending;
    this.#pending = [];
    for (const listener of this.#listeners) listener(messages);
  }

  #measure(): void {
    this.rate = this.#counts.reduce((sum, count) => sum + count, 0) / this.#counts.length;
    this.#counts = [0, ...this.#counts.slice(0, 4)];
  }

  /** Waits a random time that grows with each failure, so that many pages do not reconnect at once. */
  #delay(signal: AbortSignal): Promise<void> {
    const most = Math.min(RECONNECT_MAX_MS, RECONNECT_MIN_MS * 2 ** this.#retries);
    this.#retries += 1;
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, most / 2 + (Math.random() * most) / 2);
      signal.addEventListener("abort", () => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  #update(): void {
    if (this.#shouldRun) return this.#restart();
    this.#abort?.abort();
    this.connection = "paused";
  }

  #onVisibility = (): void => this.#update();

  #reconnectNow = (): void => {
    if (this.connection === "polling") this.#restart();
  };
}

export const live = new Live();
