// Time series for charts: several metrics on one time axis.
import { getTimeseries, type TimeseriesMetric, type TimeseriesWindow } from "./readModel";

export interface Series {
  times: number[];
  stepSeconds: number;
  /** When the data was complete, in milliseconds since 1970. */
  asOf: number;
  values: Map<string, (number | null)[]>;
}

export interface SeriesQuery {
  window: TimeseriesWindow;
  type?: string;
  queue?: string;
}

/** Loads metrics of one time range. Steps that only some of the answers have are kept, with null for the others. */
export async function loadSeries(
  metrics: readonly TimeseriesMetric[],
  query: SeriesQuery,
  signal?: AbortSignal,
): Promise<Series> {
  const answers = await Promise.all(metrics.map((metric) => getTimeseries({ ...query, metric }, signal)));
  const byMetric = answers.map(
    ({ points }) => new Map(points.map(({ at, value }) => [Date.parse(at) / 1_000, value])),
  );
  const times = [...new Set(byMetric.flatMap((points) => [...points.keys()]))].sort((a, b) => a - b);
  return {
    times,
    stepSeconds: answers[0]?.stepSeconds ?? 10,
    asOf: Math.min(...answers.map(({ asOf }) => Date.parse(asOf))),
    values: new Map(
      metrics.map((metric, index) => [metric, times.map((at) => byMetric[index]?.get(at) ?? null)]),
    ),
  };
}

/** Seconds of a step that have passed, so that the rate of the step that is under way is correct. */
const elapsed = (series: Series, at: number): number =>
  Math.min(series.stepSeconds, series.asOf / 1_000 - at);

/** Steps that began less than this before `asOf` are too short for a rate. */
const SHORTEST_STEP_SECONDS = 2;

/** The series without the step that has only just begun. */
export function withoutNewestStep(series: Series): Series {
  const count = series.times.filter((at) => elapsed(series, at) >= SHORTEST_STEP_SECONDS).length;
  return {
    ...series,
    times: series.times.slice(0, count),
    values: new Map([...series.values].map(([name, values]) => [name, values.slice(0, count)])),
  };
}

/** Numbers in a step as rates per second. */
export function rates(series: Series, metric: TimeseriesMetric): (number | null)[] {
  return (series.values.get(metric) ?? []).map((value, index) => {
    const at = series.times[index];
    return value === null || at === undefined ? null : value / Math.max(1, elapsed(series, at));
  });
}

/** FAILED among the finished jobs of each step; null where none finished. */
export function failureRatios(series: Series): (number | null)[] {
  const of = (metric: TimeseriesMetric, index: number): number => series.values.get(metric)?.[index] ?? 0;
  return series.times.map((_, index) => {
    const failed = of("failed", index);
    const finished = failed + of("completed", index) + of("cancelled", index);
    return finished === 0 ? null : failed / finished;
  });
}
