const SECONDS = 10;

/** Counts what happens, and gives the rate over the last ten full seconds. */
export class RateMeter {
  #counts = new Map<number, number>();

  add(count: number, nowMs: number): void {
    const second = Math.floor(nowMs / 1_000);
    this.#counts.set(second, (this.#counts.get(second) ?? 0) + count);
    for (const old of this.#counts.keys()) if (old < second - SECONDS) this.#counts.delete(old);
  }

  perSecond(nowMs: number): number {
    const second = Math.floor(nowMs / 1_000);
    let sum = 0;
    for (const [at, count] of this.#counts) if (at < second && at >= second - SECONDS) sum += count;
    return sum / SECONDS;
  }
}
