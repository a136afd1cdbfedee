// The loaded part of a list of jobs. Pages follow each other by cursors; those far from the view are dropped, and loaded
// again when they come near. A row keeps its index for the life of the list, so that nothing moves while it is read.
import { Failure } from "../../services/problem";
import type { EventEnvelope, Job, JobList } from "../../services/readModel";
import { applyEvent } from "../../lib/applyEvent";
import { payloadOf } from "../../lib/jobEvent";
import { reloadPage, rowsOf, type ReloadedPage } from "./reloadPage";

/** The largest page that the read model returns. */
export const PAGE_SIZE = 200;

/** Loads the page of a list at a cursor; the first one without it. */
export type LoadPage = (cursor: string | undefined, signal: AbortSignal) => Promise<JobList>;

/** Most pages that are held. */
export const MOST_PAGES = 50;

/** Rows before and after the view that are loaded. */
const AHEAD_ROWS = 4 * PAGE_SIZE;

/** Most requests at a time. */
const MOST_REQUESTS = 4;

/** Pages without jobs in a row after which the user decides whether to search further. Each examines thousands of jobs. */
const MOST_EMPTY_PAGES = 200;

/** Delay before a failed page is requested again. */
const RETRY_MS = 3_000;

/** A row: a job, a row whose page is loaded at the moment, or one whose job is no longer selected. */
export interface ListRow {
  key: string;
  job?: Job;
  state: "loaded" | "loading" | "gone";
}

interface Page {
  /** Index of its first row. */
  start: number;
  /** Number of its rows; fixed once it was loaded the first time. */
  count: number;
  cursor: string | undefined;
  firstId: string | undefined;
  /** The job of each row. A row whose job is no longer selected stays empty. */
  jobs: (Job | undefined)[] | undefined;
  isLoading: boolean;
  /** Whether it is to be loaded again when it is near. */
  isStale: boolean;
  retryAt: number;
}

export class JobPages {
  /** Number of rows that are known. */
  count = $state(0);
  /** Grows when rows change. */
  revision = $state(0);
  hasMore = $state(false);
  /** Whether a page after the last row is under way. */
  isExtending = $state(false);
  /** Whether the search has stopped after many jobs that do not match. */
  isPaused = $state(false);
  /** Why rows could not be loaded. */
  failure = $state.raw<Failure | undefined>(undefined);

  #pages: Page[] = [];
  /** The jobs of the first page. New ones come before them. */
  #firstIds: readonly string[] = [];
  // eslint-disable-next-line svelte/prefer-svelte-reactivity -- readers depend on `revision` instead.
  #places = new Map<string, { page: Page; index: number }>();
  #nextCursor: string | undefined;
  #emptyPages = 0;
  #requests = 0;
  #view = { first: 0, last: 0 };
  #abort = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    readonly load: LoadPage,
    first: JobList,
  ) {
    this.#append(undefined, first);
  }

  close(): void {
    this.#abort.abort();
    clearTimeout(this.#timer);
  }

  /** The jobs in memory, in the order of the list. */
  loaded(): Job[] {
    return this.#pages.flatMap(({ jobs }) => jobs ?? []).filter((job) => job !== undefined);
  }

  /** The index of the row of a job, if it is loaded. */
  indexOf(id: string): number | undefined {
    const place = this.#places.get(id);
    return place && place.page.start + place.index;
  }

  has(id: string): boolean {
    return this.#places.has(id);
  }

  get(id: string): Job | undefined {
    const place = this.#places.get(id);
    return place?.page.jobs?.[place.index];
  }

  at(index: number): ListRow | undefined {
    if (index < 0 || index >= this.count) return undefined;
    const page = this.#pageAt(index);
    if (!page) return undefined;
    const job = page.jobs?.[index - page.start];
    if (job) return { key: job.id, job, state: "loaded" };
    return { key: `row ${index}`, state: page.jobs ? "gone" : "loading" };
  }

  slice(first: number, last: number): ListRow[] {
    const rows: ListRow[] = [];
    for (let index = first; index < Math.min(last, this.count); index += 1) {
      const row = this.at(index);
      if (row) rows.push(row);
    }
    return rows;
  }

  /** Tells which rows are in view: loads what is near, and drops what is far. */
  show(first: number, last: number): void {
    this.#view = { first, last };
    this.#fill();
  }

  /** Loads the rows near the view again, and others when they come near. They stay visible meanwhile. */
  refresh(): void {
    for (const page of this.#pages) page.isStale = true;
    this.#fill();
  }

  /** Loads what has failed again, and continues a search. */
  retry(): void {
    this.#emptyPages = 0;
    this.isPaused = false;
    for (const page of this.#pages) page.retryAt = 0;
    this.failure = undefined;
    this.#fill();
  }

  /** Applies events to the loaded rows. */
  apply(events: readonly EventEnvelope[]): void {
    let hasChanged = false;
    for (const event of events) {
      const place = this.#places.get(payloadOf(event).jobId);
      const job = place?.page.jobs?.[place.index];
      if (!place?.page.jobs || !job) continue;
      const next = applyEvent(job, event);
      if (next === job) continue;
      place.page.jobs[place.index] = next;
      hasChanged = true;
    }
    if (hasChanged) this.#bump();
  }

  #fill(): void {
    if (this.#abort.signal.aborted) return;
    const near = this.#pages.filter((page) => this.#isNear(page, AHEAD_ROWS));
    // What is in view comes first.
    near.sort((a, b) => Number(this.#isNear(b, 0)) - Number(this.#isNear(a, 0)));
    for (const page of near) if (!page.jobs || page.isStale) void this.#load(page);
    if (this.hasMore && this.#view.last + AHEAD_ROWS >= this.count) void this.#extend();
    this.#dropFarPages();
  }

  async #extend(): Promise<void> {
    if (this.isExtending || this.isPaused || this.failure) return;
    this.isExtending = true;
    const cursor = this.#nextCursor;
    const page = await this.#request(cursor);
    this.isExtending = false;
    if (!page) return;
    this.#append(cursor, page);
    this.#fill();
  }

  async #load(page: Page): Promise<void> {
    if (page.isLoading || page.retryAt > Date.now() || this.#requests >= MOST_REQUESTS) return;
    page.isLoading = true;
    page.isStale = false;
    const ids = page.jobs?.map((job) => job?.id) ?? this.#idsOfFirst(page);
    const { cursor, count } = page;
    const isBeyond = (id: string): boolean => this.#isBeyond(page, id);
    const found = await reloadPage((at) => this.#request(at), { cursor, count, ids, isBeyond });
    page.isLoading = false;
    if (found) this.#replace(page, ids, found);
    else {
      page.isStale = true;
      page.retryAt = Date.now() + RETRY_MS;
    }
    this.#bump();
    if (found) this.#fill();
  }

  #idsOfFirst(page: Page): readonly string[] | undefined {
    return page === this.#pages[0] ? this.#firstIds : undefined;
  }

  #isBeyond(page: Page, id: string): boolean {
    const next = this.#pages[this.#pages.indexOf(page) + 1];
    return id === next?.firstId || (this.#places.get(id)?.page.start ?? 0) > page.start;
  }

  /** Replaces the jobs of a page. Each keeps its row if it is known. */
  #replace(page: Page, ids: readonly (string | undefined)[] | undefined, found: ReloadedPage): void {
    page.cursor = found.cursor;
    if (!ids) return this.#place(page, found.jobs.slice(0, page.count));
    // Otherwise the page is loaded further from there.
    const isReached = found.isComplete || found.jobs.length > 0;
    const heldJob = (id: string): Job | undefined => this.get(id);
    if (isReached) this.#place(page, rowsOf(ids, found, heldJob));
  }

  async #request(cursor: string | undefined): Promise<JobList | undefined> {
    const { signal } = this.#abort;
    this.#requests += 1;
    try {
      const list = await this.load(cursor, signal);
      if (signal.aborted) return undefined;
      this.failure = undefined;
      return list;
    } catch (cause) {
      if (signal.aborted) return undefined;
      this.failure = cause instanceof Failure ? cause : new Failure("Load the jobs", String(cause), "", 0);
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.retry(), RETRY_MS);
      return undefined;
    } finally {
      this.#requests -= 1;
    }
  }

  #append(cursor: string | undefined, { jobs, nextCursor }: JobList): void {
    const page: Page = {
      start: this.count,
      count: 0,
      cursor,
      firstId: undefined,
      jobs: undefined,
      isLoading: false,
      isStale: false,
      retryAt: 0,
    };
    // A job that was created or has changed since may be on two pages. The list has it once.
    const fresh = jobs.filter(({ id }) => !this.#places.has(id));
    page.count = fresh.length;
    page.firstId = fresh[0]?.id;
    this.#place(page, fresh);
    if (this.#pages.length === 0) this.#firstIds = fresh.map(({ id }) => id);
    if (page.count > 0) this.#pages.push(page);
    this.#emptyPages = page.count > 0 ? 0 : this.#emptyPages + 1;
    this.isPaused = this.#emptyPages >= MOST_EMPTY_PAGES;
    this.#nextCursor = nextCursor;
    this.count += page.count;
    this.hasMore = nextCursor !== undefined;
    this.#bump();
  }

  #place(page: Page, jobs: (Job | undefined)[]): void {
    this.#drop(page);
    page.jobs = jobs;
    for (const [index, job] of jobs.entries()) if (job) this.#places.set(job.id, { page, index });
  }

  #drop(page: Page): void {
    for (const job of page.jobs ?? []) if (job) this.#places.delete(job.id);
    page.jobs = undefined;
  }

  /** Drops the pages that are the furthest from the view, until few enough are left. */
  #dropFarPages(): void {
    const loaded = this.#pages.filter(({ jobs }) => jobs !== undefined);
    const excess = loaded.length - MOST_PAGES;
    if (excess <= 0) return;
    loaded.sort((a, b) => this.#distance(b) - this.#distance(a));
    for (const page of loaded.slice(0, excess)) this.#drop(page);
  }

  #distance({ start, count }: Page): number {
    return Math.max(0, start - this.#view.last, this.#view.first - (start + count));
  }

  #isNear(page: Page, rows: number): boolean {
    return page.start < this.#view.last + rows && page.start + page.count > this.#view.first - rows;
  }

  /** The page with a row, by bisection. */
  #pageAt(index: number): Page | undefined {
    let low = 0;
    let high = this.#pages.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const page = this.#pages[middle];
      if (!page) return undefined;
      if (index < page.start) high = middle - 1;
      else if (index >= page.start + page.count) low = middle + 1;
      else return page;
    }
    return undefined;
  }

  #bump(): void {
    this.revision += 1;
  }
}
