// A list of jobs that follows the events: loaded rows change in place, and new jobs are counted until they are shown.
import { untrack } from "svelte";
import type { JobFilter } from "../../lib/filter";
import type { EventEnvelope } from "../../services/readModel";
import { live } from "../live.svelte";
import type { Resource } from "../resource.svelte";
import { useResource } from "../useResource.svelte";
import { Arrivals } from "./arrivals";
import { JobPages, type LoadPage } from "./jobPages.svelte";
import { Newcomers } from "./newcomers.svelte";

/** Time between looks for new jobs while there are no events. */
const POLL_MS = 5_000;

export interface JobSource {
  /** What the list selects. */
  filter: JobFilter;
  /** Whether the newest jobs come first. */
  isNewestFirst: boolean;
  /** The list at a time: durations of the filter count back from there. */
  at: (nowMicros: bigint) => LoadPage;
}

export interface LoadedJobs {
  pages: JobPages;
  newcomers: Newcomers;
  /** When the newest job of the list was created; empty if it is not the first one. */
  newestAt: string;
  /** How often the stream had started without resuming when the list was requested. */
  starts: number;
}

async function loadJobs(
  { filter, isNewestFirst, at }: JobSource,
  arrivals: Arrivals,
  signal: AbortSignal,
): Promise<LoadedJobs> {
  const nowMicros = BigInt(Date.now()) * 1_000n;
  const { starts } = live;
  const load = arrivals.applyTo(at(nowMicros));
  const { result: first, events } = await arrivals.during(() => load(undefined, signal));
  const loaded = {
    pages: new JobPages(load, first),
    newcomers: new Newcomers(filter, nowMicros),
    newestAt: isNewestFirst ? (first.jobs[0]?.createdAt ?? "") : "",
    starts,
  };
  take(loaded, events);
  return loaded;
}

/** Changes the loaded rows by events, and counts new jobs. */
function take({ pages, newcomers, newestAt }: LoadedJobs, events: readonly EventEnvelope[]): void {
  pages.apply(events);
  // The list was loaded after the other jobs had been created: it has them on a later page.
  const later = events.filter(
    ({ eventType, occurredAt }) => eventType !== "job.created" || occurredAt > newestAt,
  );
  newcomers.take(later, (id) => pages.has(id));
}

export function useJobList(source: () => JobSource): { readonly resource: Resource<LoadedJobs> } {
  const arrivals = new Arrivals();
  const resource = useResource(() => {
    const current = source();
    return { load: (signal) => loadJobs(current, arrivals, signal) };
  });

  $effect(() => {
    const opened = resource.current.data;
    return () => opened?.pages.close();
  });

  $effect(() =>
    live.listen((messages) => {
      const events = messages.map(({ event }) => event);
      arrivals.add(events);
      if (resource.current.data) take(resource.current.data, events);
    }),
  );

  // What happened between the request and the start of the stream is unknown.
  $effect(() => {
    const loaded = resource.current.data;
    if (!loaded || loaded.starts === live.starts) return;
    loaded.starts = live.starts;
    untrack(() => void poll(loaded));
  });

  $effect(() => {
    const isEmpty = resource.current.data?.pages.count === 0;
    // Nothing is being read that could move.
    if (isEmpty && resource.current.data?.newcomers.text) resource.current.touch(1_000);
  });

  $effect(() => {
    if (live.connection !== "polling" && live.connection !== "refused") return;
    const timer = setInterval(() => void poll(resource.current.data), POLL_MS);
    return () => clearInterval(timer);
  });

  return {
    get resource() {
      return resource.current;
    },
  };
}

async function poll(loaded: LoadedJobs | undefined): Promise<void> {
  if (!loaded || document.hidden) return;
  loaded.pages.refresh();
  // A failure is shown with the rows that could not be refreshed.
  const newest = await loaded.pages.load(undefined, new AbortController().signal).catch(() => undefined);
  const isNew = newest?.jobs.filter(
    ({ id, createdAt }) => createdAt > loaded.newestAt && !loaded.pages.has(id),
  );
  loaded.newcomers.found((isNew ?? []).map(({ id }) => id));
}
