/** Time within which further input is sent together. */
const WINDOW_MS = 8;
/** Input that waits at most. More is a paste that no program reads. */
const LIMIT_BYTES = 256 * 1024;
/** Largest message; the server accepts 64 KiB. */
const MESSAGE_BYTES = 16 * 1024;

/**
 * Sends input in few messages: the first key at once, so that it shows without delay, and what follows within some
 * milliseconds together.
 */
export class InputBatch {
  #waiting: Uint8Array[] = [];
  #size = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly send: (bytes: Uint8Array) => void) {}

  /** Adds input. Returns `false`, and takes nothing, if too much waits. */
  add(bytes: Uint8Array): boolean {
    if (this.#size + bytes.length > LIMIT_BYTES) return false;
    this.#waiting.push(bytes);
    this.#size += bytes.length;
    if (this.#timer === undefined) this.#flush();
    return true;
  }

  /** Forgets what waits. */
  clear(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#waiting = [];
    this.#size = 0;
  }

  #flush(): void {
    this.#timer = undefined;
    if (this.#size === 0) return;
    const all = new Uint8Array(this.#size);
    let end = 0;
    for (const part of this.#waiting) {
      all.set(part, end);
      end += part.length;
    }
    this.clear();
    this.#timer = setTimeout(() => this.#flush(), WINDOW_MS);
    for (let start = 0; start < all.length; start += MESSAGE_BYTES) {
      this.send(all.subarray(start, start + MESSAGE_BYTES));
    }
  }
}
