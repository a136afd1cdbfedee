// The newest events, from the pages of the read model and from the stream: each event once, and without a gap.
import { RateMeter } from "../lib/rateMeter";
import type { EventEnvelope } from "../services/readModel";
import { KnownEvents } from "./knownEvents";

/** Events that are kept while they arrive. */
export const KEPT = 1_000;
/** Events that are kept when the user loads older ones. */
export const MOST = 5_000;
/** Pages that are read at most to find the end of what is kept. */
const MOST_PAGES = 10;

export interface EventPage {
  events: readonly EventEnvelope[];
  nextCursor?: string;
}

export type LoadPage = (cursor: string | undefined) => Promise<EventPage>;

function isOneOf(events: readonly EventEnvelope[]): (event: EventEnvelope) => boolean {
  const ids = new Set(events.map(({ eventId }) => eventId));
  return ({ eventId }) => ids.has(eventId);
}

export class EventTail {
  /** What is shown, the newest first. */
  rows = $state.raw<readonly EventEnvelope[]>([]);
  /** What has arrived while the user reads, the newest first. */
  waiting = $state.raw<readonly EventEnvelope[]>([]);
  /** Whether there are older events. */
  hasOlder = $state(false);
  isLoadingOlder = $state(false);
  /** Whether arriving events wait until the user asks for them. */
  isHolding = $state(false);

  #known = new KnownEvents();
  /** Where the older events begin; `undefined` if only reading from the newest event finds it. */
  #cursor: string | undefined;
  /** Whether events between `waiting` and `rows` are not kept. */
  #hasGap = false;
  /** Number of the newest kept events that the stream has added since a page was loaded. */
  #streamed = 0;
  #meter = new RateMeter();

  constructor(private readonly load: LoadPage) {}

  /** Loads the newest page and adds what is missing. Begins again there if events are missing before the page. */
  async refresh(): Promise<void> {
    this.#merge(await this.load(undefined));
  }

  /** Adds events of the stream, in the order of the log. Returns by how much the number of rows before has grown. */
  receive(events: readonly EventEnvelope[], nowMs: number): number {
    this.#meter.add(events.length, nowMs);
    // A page was ahead of the stream: what the stream delivers before an event of the page is older than the page.
    const last = events.findLastIndex(this.#known.has);
    const removed = last < 0 ? 0 : this.#removeOlderThan(events[last]);
    const added = this.#prepend(events.slice(last + 1).toReversed());
    return this.isHolding ? 0 : added - removed;
  }

  /** Events per second, over the last ten full seconds. */
  rate(nowMs: number): number {
    return this.#meter.perSecond(nowMs);
  }

  /** Shows what has arrived meanwhile. */
  showWaiting(): void {
    const waiting = this.waiting;
    this.waiting = [];
    if (this.#hasGap) this.#replace(waiting, undefined);
    else this.rows = [...waiting, ...this.rows];
    this.#trim();
  }

  async loadOlder(): Promise<void> {
    if (this.isLoadingOlder || !this.hasOlder) return;
    this.isLoadingOlder = true;
    try {
      const isShown = isOneOf(this.rows);
      let isBeyond = this.#cursor !== undefined;
      let cursor = this.#cursor;
      for (let page = 0; page < MOST_PAGES; page += 1) {
        const { events, nextCursor } = await this.load(cursor);
        const last = events.findLastIndex(isShown);
        isBeyond ||= last >= 0;
        const added = isBeyond ? this.#append(events.slice(last + 1)) : 0;
        cursor = nextCursor;
        if (added > 0 || cursor === undefined) break;
      }
      // What was read was newer than everything that is shown: the next attempt begins at the newest event again.
      this.#cursor = isBeyond ? cursor : undefined;
      this.hasOlder = (cursor !== undefined || !isBeyond) && this.rows.length < MOST;
    } finally {
      this.isLoadingOlder = false;
    }
  }

  #merge({ events, nextCursor }: EventPage): void {
    if (!this.isHolding && this.waiting.length > 0) this.showWaiting();
    const all = [...this.waiting, ...this.rows];
    const isInPage = isOneOf(events);
    const first = all.findIndex(isInPage);
    if (first >= 0) {
      const last = all.findLastIndex(isInPage);
      this.#keep([...all.slice(0, first), ...events, ...all.slice(last + 1)]);
      this.#streamed = Math.min(this.#streamed, first);
      if (last === all.length - 1) this.#continueAt(nextCursor);
    } else if (this.#isOlder(events)) {
      // Below the events of the stream, while these are all that is known.
      this.#keep([...all, ...events]);
      this.#continueAt(nextCursor);
    } else if (events.length > 0) this.#beginAt(events, nextCursor);
  }

  #isOlder([newest]: readonly EventEnvelope[]): boolean {
    const oldest = this.rows.at(-1) ?? this.waiting.at(-1);
    return oldest !== undefined && newest !== undefined && newest.occurredAt <= oldest.occurredAt;
  }

  /** Continues with a page that is newer than everything that is kept. */
  #beginAt(events: readonly EventEnvelope[], nextCursor: string | undefined): void {
    if (this.isHolding && this.rows.length > 0) {
      this.#known.forget(this.waiting);
      this.#known.add(events);
      this.waiting = events;
      this.#hasGap = true;
    } else {
      this.waiting = [];
      this.#replace(events, nextCursor);
      this.#continueAt(nextCursor);
    }
    this.#streamed = 0;
  }

  /** Keeps these events. While the user reads, those above the first row wait. */
  #keep(events: readonly EventEnvelope[]): void {
    const top = this.isHolding ? this.rows[0] : undefined;
    const waiting = top === undefined ? 0 : events.findIndex(({ eventId }) => eventId === top.eventId);
    this.#known.clear();
    this.#known.add(events);
    this.rows = events.slice(waiting);
    this.waiting = events.slice(0, waiting);
    this.#limitWaiting();
    if (!this.isHolding) this.#trim();
  }

  /** Removes what the stream has added above an event that it delivers only now. Returns the number of removed rows. */
  #removeOlderThan(event: EventEnvelope | undefined): number {
    const all = [...this.waiting, ...this.rows];
    if (this.#streamed === 0 || all.findIndex(({ eventId }) => eventId === event?.eventId) < this.#streamed)
      return 0;
    this.#known.forget(all.slice(0, this.#streamed));
    const ofWaiting = Math.min(this.#streamed, this.waiting.length);
    const ofRows = this.#streamed - ofWaiting;
    this.waiting = this.waiting.slice(ofWaiting);
    this.rows = this.rows.slice(ofRows);
    this.#streamed = 0;
    return ofRows;
  }

  #prepend(events: readonly EventEnvelope[]): number {
    const fresh = this.#known.add(events);
    if (fresh.length === 0) return 0;
    this.#streamed += fresh.length;
    if (this.isHolding) {
      this.waiting = [...fresh, ...this.waiting];
      this.#limitWaiting();
    } else {
      this.rows = [...fresh, ...this.rows];
      this.#trim();
    }
    return fresh.length;
  }

  #limitWaiting(): void {
    if (this.waiting.length <= KEPT) return;
    this.#hasGap = true;
    this.#known.forget(this.waiting.slice(KEPT));
    this.waiting = this.waiting.slice(0, KEPT);
    this.#streamed = Math.min(this.#streamed, KEPT);
  }

  #append(events: readonly EventEnvelope[]): number {
    const fresh = this.#known.add(events);
    this.rows = [...this.rows, ...fresh];
    return fresh.length;
  }

  #replace(events: readonly EventEnvelope[], nextCursor: string | undefined): void {
    this.#known.clear();
    this.#known.add(events);
    this.rows = events;
    this.#hasGap = false;
    this.#streamed = Math.min(this.#streamed, events.length);
    this.#cursor = nextCursor;
    this.hasOlder = true;
  }

  #continueAt(cursor: string | undefined): void {
    this.#cursor = cursor;
    this.hasOlder = cursor !== undefined;
  }

  #trim(): void {
    if (this.rows.length <= KEPT) return;
    this.#known.forget(this.rows.slice(KEPT));
    this.rows = this.rows.slice(0, KEPT);
    this.#streamed = Math.min(this.#streamed, KEPT);
    this.#cursor = undefined;
    this.hasOlder = true;
  }
}
