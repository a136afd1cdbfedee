/** Output that is processed before an acknowledgement is sent at once. The server sends 256 KiB without one. */
const STEP_BYTES = 32 * 1024;
/** Longest delay of an acknowledgement. */
const DELAY_MS = 100;

/** Tells the server how far the output is processed: often enough that it continues, and not for each message. */
export class Acknowledger {
  #processed = 0;
  #sent = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly send: (position: number) => void) {}

  /** Begins at a position that the server knows. */
  start(position: number): void {
    this.stop();
    this.#processed = position;
    this.#sent = position;
  }

  /** Notes that the output up to `position` is processed. */
  processed(position: number): void {
    this.#processed = Math.max(this.#processed, position);
    if (this.#processed - this.#sent >= STEP_BYTES) this.#flush();
    else if (this.#processed > this.#sent) this.#timer ??= setTimeout(() => this.#flush(), DELAY_MS);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #flush(): void {
    this.stop();
    this.#sent = this.#processed;
    this.send(this.#processed);
  }
}
