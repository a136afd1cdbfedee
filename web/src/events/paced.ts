/** Items of one delivery from which on the rows change too fast to be read. */
const MANY = 50;
/** How much longer the interval is then. */
const SLOWER = 4;

/**
 * Delivers items at most once per interval: the first ones at once, and those that follow together. After many items the
 * interval is longer: rows that nobody can read need not be drawn often.
 */
export class Paced<T> {
  #items: T[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly intervalMs: number,
    private readonly deliver: (items: readonly T[]) => void,
  ) {}

  add(items: readonly T[]): void {
    for (const item of items) this.#items.push(item);
    if (this.#timer === undefined) this.#flush();
  }

  /** Forgets what waits. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#items = [];
  }

  #flush(): void {
    this.#timer = undefined;
    if (this.#items.length === 0) return;
    const items = this.#items;
    this.#items = [];
    const waitMs = items.length > MANY ? SLOWER * this.intervalMs : this.intervalMs;
    this.#timer = setTimeout(() => this.#flush(), waitMs);
    this.deliver(items);
  }
}
