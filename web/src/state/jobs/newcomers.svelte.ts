// Jobs that belong to a list but are not in it yet, counted from the events, so that the list does not move by itself.
import { matchChange, selectedStatuses, type JobFilter } from "../../lib/filter";
import type { JobStatus, EventEnvelope } from "../../services/readModel";
import { createdAtOf } from "../../lib/jobId";
import { payloadOf } from "../../lib/jobEvent";

/** Most jobs that are counted. */
const MOST_COUNTED = 10_000;

export class Newcomers {
  count = $state(0);
  /** Jobs that may match: the events do not have everything that the filter asks for. */
  hasPossible = $state(false);

  // eslint-disable-next-line svelte/prefer-svelte-reactivity -- readers depend on `count` instead.
  #ids = new Set<string>();
  readonly #statuses: ReadonlySet<JobStatus>;

  constructor(
    readonly filter: JobFilter,
    readonly nowMicros: bigint,
  ) {
    // eslint-disable-next-line svelte/prefer-svelte-reactivity -- It does not change.
    this.#statuses = new Set(selectedStatuses(filter));
  }

  get isCounting(): boolean {
    return this.count < MOST_COUNTED;
  }

  /** "12 new jobs", or "New jobs may match"; empty without any. */
  get text(): string {
    if (this.count > 0) {
      const count = this.isCounting
        ? this.count.toLocaleString("en")
        : `${MOST_COUNTED.toLocaleString("en")}+`;
      return `${count} new`;
    }
    return this.hasPossible ? "New jobs may match" : "";
  }

  /** Counts the jobs of events. `isListed` tells whether the list has a job. */
  take(events: readonly EventEnvelope[], isListed: (id: string) => boolean): void {
    for (const event of events) {
      const change = payloadOf(event);
      if (!this.#enters(event) || this.#ids.has(change.jobId) || isListed(change.jobId)) continue;
      const createdAt = event.eventType === "job.created" ? event.occurredAt : createdAtOf(change.jobId);
      const match = matchChange(this.filter, change, createdAt, this.nowMicros);
      if (match === "maybe") this.hasPossible = true;
      else if (match === "yes" && this.isCounting) this.#ids.add(change.jobId);
    }
    this.count = this.#ids.size;
  }

  /** Counts jobs that a poll of the newest ones has found. */
  found(ids: readonly string[]): void {
    for (const id of ids) if (this.#ids.size < MOST_COUNTED) this.#ids.add(id);
    this.count = this.#ids.size;
  }

  /** Whether the event brings its job into the list: it is new, or now has a selected status. */
  #enters(event: EventEnvelope): boolean {
    const { status, previousStatus } = payloadOf(event);
    if (event.eventType === "job.created") return true;
    if (previousStatus === undefined || this.#statuses.has(previousStatus)) return false;
    return this.#statuses.has(status);
  }
}
