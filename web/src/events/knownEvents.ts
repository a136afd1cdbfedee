import type { EventEnvelope } from "../services/readModel";

/** The events that a list has, so that none is added twice. */
export class KnownEvents {
  #ids = new Set<string>();

  has = ({ eventId }: EventEnvelope): boolean => this.#ids.has(eventId);

  /** Adds events, and returns those that are new. */
  add(events: readonly EventEnvelope[]): EventEnvelope[] {
    const fresh = events.filter((event) => !this.has(event));
    for (const { eventId } of fresh) this.#ids.add(eventId);
    return fresh;
  }

  forget(events: readonly EventEnvelope[]): void {
    for (const { eventId } of events) this.#ids.delete(eventId);
  }

  clear(): void {
    this.#ids.clear();
  }
}
