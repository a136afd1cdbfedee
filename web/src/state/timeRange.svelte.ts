// The time range of charts and counts, in the address of the page.
import { router } from "../router/router.svelte";
import type { TimeseriesWindow } from "../services/readModel";

export const WINDOWS: readonly TimeseriesWindow[] = ["15m", "1h", "6h", "24h"];
const DEFAULT: TimeseriesWindow = "1h";

/** Time between loads of charts: about half a step, within what is useful to watch. */
const INTERVALS_MS: Record<TimeseriesWindow, number> = {
  "15m": 5_000,
  "1h": 10_000,
  "6h": 60_000,
  "24h": 60_000,
};

const NAMES: Record<TimeseriesWindow, string> = {
  "15m": "15 minutes",
  "1h": "hour",
  "6h": "6 hours",
  "24h": "24 hours",
};

class TimeRange {
  readonly window = $derived.by((): TimeseriesWindow => {
    const wanted = router.query.get("window");
    return WINDOWS.find((window) => window === wanted) ?? DEFAULT;
  });

  readonly intervalMs = $derived(INTERVALS_MS[this.window]);

  /** "last hour" */
  readonly words = $derived(`last ${NAMES[this.window]}`);

  /** The address of this page with another range. */
  href(window: TimeseriesWindow): string {
    const query = Object.fromEntries(router.query);
    return router.href(router.path, { ...query, window: window === DEFAULT ? undefined : window });
  }

  /** Changes to the next range. */
  next(): void {
    const next = WINDOWS[(WINDOWS.indexOf(this.window) + 1) % WINDOWS.length];
    router.setQuery({ window: next === DEFAULT ? undefined : next });
  }
}

export const timeRange = new TimeRange();
