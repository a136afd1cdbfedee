// Events that arrive while jobs are loaded: the answer may be older than they are.
import { applyEvent } from "../../lib/applyEvent";
import { payloadOf } from "../../lib/jobEvent";
import type { EventEnvelope, Job } from "../../services/readModel";
import type { LoadPage } from "./jobPages.svelte";

export class Arrivals {
  #records = new Set<EventEnvelope[]>();

  add(events: readonly EventEnvelope[]): void {
    for (const record of this.#records) for (const event of events) record.push(event);
  }

  /** Runs `load`, and returns its result with the events that have arrived meanwhile. */
  async during<T>(load: () => Promise<T>): Promise<{ result: T; events: readonly EventEnvelope[] }> {
    const events: EventEnvelope[] = [];
    this.#records.add(events);
    try {
      return { result: await load(), events };
    } finally {
      this.#records.delete(events);
    }
  }

  /** Applies to the jobs of each page what arrives while it is loaded. */
  applyTo(load: LoadPage): LoadPage {
    return async (cursor, signal) => {
      const { result, events } = await this.during(() => load(cursor, signal));
      return events.length === 0 ? result : { ...result, jobs: withEvents(result.jobs, events) };
    };
  }
}

function withEvents(jobs: readonly Job[], events: readonly EventEnvelope[]): Job[] {
  const changed = new Map(jobs.map((job) => [job.id, job]));
  for (const event of events) {
    const job = changed.get(payloadOf(event).jobId);
    if (job) changed.set(job.id, applyEvent(job, event));
  }
  return [...changed.values()];
}
