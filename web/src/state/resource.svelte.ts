// Data that is loaded from an API, kept while it is loaded again, and shown with its age when that fails.
import { Failure } from "../services/problem";

/** Shortest and longest delay before a failed load is repeated. */
const RETRY_MIN_MS = 2_000;
const RETRY_MAX_MS = 30_000;

export type ResourceState = "loading" | "loaded" | "stale" | "failed";

export interface ResourceOptions<T> {
  load: (signal: AbortSignal) => Promise<T>;
  /** Time between loads. Nothing is loaded while the page is hidden. */
  intervalMs?: number;
  /** While it returns true, the interval loads nothing: what is shown stays as it is. */
  isPaused?: () => boolean;
}

/**
 * Loads and holds one answer. Create it in a component's `$effect` through `useResource`, which also closes it. Only one
 * load runs at a time; a request for another one meanwhile is done once after it.
 */
export class Resource<T> {
  data = $state.raw<T | undefined>(undefined);
  failure = $state.raw<Failure | undefined>(undefined);
  /** When `data` was received, in milliseconds since 1970. */
  loadedAt = $state(0);
  /** When a failed load is repeated, in milliseconds since 1970. */
  retryAt = $state(0);
  isLoading = $state(false);

  #options: ResourceOptions<T>;
  #abort = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #failures = 0;
  /** Time after the start of a load within which the next one was asked for. */
  #withinMs: number | undefined;
  #lastStart = 0;

  constructor(options: ResourceOptions<T>) {
    this.#options = options;
    document.addEventListener("visibilitychange", this.#onVisibility);
    void this.reload();
  }

  get state(): ResourceState {
    if (this.data === undefined) return this.failure ? "failed" : "loading";
    return this.failure ? "stale" : "loaded";
  }

  /** Loads now, or once more after the load that is under way. */
  async reload(): Promise<void> {
    if (this.isLoading) {
      this.#withinMs = 0;
      return;
    }
    clearTimeout(this.#timer);
    this.#withinMs = undefined;
    this.isLoading = true;
    this.#lastStart = Date.now();
    const { signal } = this.#abort;
    try {
      const data = await this.#options.load(signal);
      if (signal.aborted) return;
      this.data = data;
      this.loadedAt = Date.now();
      this.failure = undefined;
      this.#failures = 0;
    } catch (cause) {
      if (signal.aborted) return;
      this.failure = cause instanceof Failure ? cause : new Failure("Load the data", String(cause), "", 0);
      this.#failures += 1;
    } finally {
      this.isLoading = false;
    }
    this.#schedule();
  }

  /** Asks for a load within `withinMs`, at most that often. For data that changes with events. */
  touch(withinMs: number): void {
    if (document.hidden || (this.failure && !this.isLoading)) return;
    this.#withinMs = Math.min(withinMs, this.#withinMs ?? withinMs);
    if (!this.isLoading) this.#schedule();
  }

  /** Replaces the data, for example by the answer of a command. */
  set(data: T): void {
    this.data = data;
    this.loadedAt = Date.now();
  }

  close(): void {
    this.#abort.abort();
    clearTimeout(this.#timer);
    document.removeEventListener("visibilitychange", this.#onVisibility);
  }

  #schedule(): void {
    clearTimeout(this.#timer);
    if (this.failure) this.#withinMs = undefined;
    const delay = this.#delay();
    if (this.failure) this.retryAt = delay === undefined ? 0 : Date.now() + delay;
    if (delay === undefined || document.hidden) return;
    this.#timer = setTimeout(() => this.#tick(), delay);
  }

  #delay(): number | undefined {
    if (this.failure) return this.#retryDelay();
    if (this.#withinMs === undefined) return this.#options.intervalMs;
    return Math.max(0, this.#lastStart + this.#withinMs - Date.now());
  }

  #tick(): void {
    const isAsked = this.data === undefined || this.#withinMs !== undefined;
    if (!isAsked && this.#options.isPaused?.()) this.#schedule();
    else void this.reload();
  }

  #retryDelay(): number | undefined {
    if (!this.failure?.isTransient) return this.#options.intervalMs;
    return Math.min(RETRY_MAX_MS, RETRY_MIN_MS * 2 ** (this.#failures - 1));
  }

  #onVisibility = (): void => {
    if (document.hidden) clearTimeout(this.#timer);
    else if (this.#delay() !== undefined || this.failure) this.#tick();
  };
}
