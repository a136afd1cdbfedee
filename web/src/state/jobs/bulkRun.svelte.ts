// One command for many jobs: a few requests at a time, with the outcome of each counted.
import { SvelteMap } from "svelte/reactivity";
import { formatCount, plural } from "../../lib/numbers";
import { Failure } from "../../services/problem";
import { canBeRepeated, type BulkAction } from "./bulkAction";

/** Requests at a time: the most that may take effect after a stop. */
export const CONCURRENCY = 8;

/** Failures without an answer in a row after which the server counts as away. */
const MOST_LOST = 2 * CONCURRENCY;

/** Time after which a command is not repeated any more, and delays between its repetitions. */
const LONGEST_MS = 30_000;
const DELAYS_MS = [200, 500, 1_000, 2_000, 5_000];

/** Most different reasons that are kept. */
const MOST_REASONS = 20;

export class BulkRun {
  changed = $state(0);
  /** Jobs whose status did not allow it any more, that no longer exist, or that were not tried. */
  conflicts = $state(0);
  /** Jobs that were refused because another unfinished job has their unique key. */
  refused = $state(0);
  missing = $state(0);
  failed = $state(0);
  notTried = $state(0);
  isRunning = $state(false);
  isStopped = $state(false);
  /** How often each reason occurred. */
  readonly reasons = new SvelteMap<string, number>();
  /** The jobs that failed, to mark them again. */
  failedIds: string[] = [];
  lastFailure: Failure | undefined;

  #isAway = false;
  #lost = 0;

  constructor(
    readonly action: BulkAction,
    readonly ids: readonly string[],
  ) {}

  get finished(): number {
    return this.changed + this.conflicts + this.refused + this.missing + this.failed + this.notTried;
  }

  get skipped(): number {
    return this.conflicts + this.refused + this.missing + this.notTried;
  }

  /** Sends the commands. Resolves when none is under way any more. */
  async run(): Promise<void> {
    this.isRunning = true;
    let next = 0;
    const worker = async (): Promise<void> => {
      while (next < this.ids.length && !this.isStopped && !this.#isAway) {
        const id = this.ids[next++];
        if (id !== undefined) await this.#one(id);
      }
    };
    await Promise.all(Array.from({ length: CONCURRENCY }, worker));
    this.notTried += this.ids.length - next;
    this.isRunning = false;
  }

  /** Sends no further command. Those under way may take effect. */
  stop(): void {
    this.isStopped = true;
  }

  /** Every outcome that occurred: "3 jobs retried, 1 in another status by now". */
  get sentence(): string {
    const others = [
      [this.conflicts, "in another status by now"],
      [this.refused, "refused"],
      [this.missing, "no longer there"],
      [this.failed, "failed"],
      [this.notTried, "not tried"],
    ] as const;
    const texts = others
      .filter(([count]) => count > 0)
      .map(([count, what]) => `${formatCount(count)} ${what}`);
    return [`${plural(this.changed, this.action.noun)} ${this.action.done}`, ...texts].join(", ");
  }

  async #one(id: string): Promise<void> {
    try {
      await this.#send(id);
      this.changed += 1;
      this.#lost = 0;
    } catch (cause) {
      const failure =
        cause instanceof Failure ? cause : new Failure("Send the command", String(cause), "", 0);
      this.#count(id, failure);
    }
  }

  #count(id: string, failure: Failure): void {
    this.lastFailure = failure;
    this.#note(failure.why || failure.what);
    if (failure.problem?.code === "unique_key_held") this.refused += 1;
    else if (failure.status === 409) this.conflicts += 1;
    else if (failure.status === 404) this.missing += 1;
    else {
      this.failed += 1;
      this.failedIds.push(id);
    }
    this.#lost = failure.isTransient ? this.#lost + 1 : 0;
    // The next command would fail in the same way.
    this.#isAway ||= failure.status === 401 || failure.status === 403 || this.#lost >= MOST_LOST;
  }

  #note(reason: string): void {
    const isKnown = this.reasons.has(reason) || this.reasons.size < MOST_REASONS;
    const name = isKnown ? reason : "other reasons";
    this.reasons.set(name, (this.reasons.get(name) ?? 0) + 1);
  }

  async #send(id: string): Promise<void> {
    const started = Date.now();
    for (let attempt = 0; ; attempt += 1) {
      try {
        await this.action.send(id);
        return;
      } catch (cause) {
        const delay = DELAYS_MS[Math.min(attempt, DELAYS_MS.length - 1)] ?? 0;
        const isLate = Date.now() - started + delay > LONGEST_MS;
        if (!(cause instanceof Failure) || !canBeRepeated(this.action, cause) || isLate || this.isStopped)
          throw cause;
        await new Promise((resolve) => setTimeout(resolve, delay / 2 + (Math.random() * delay) / 2));
      }
    }
  }
}
