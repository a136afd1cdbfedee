// What a chart shows: one value per step for each series.

export type Unit = "rate" | "duration" | "ratio" | "count" | "seconds";

export interface ChartSeries {
  /** Stable name, for keys. */
  name: string;
  label: string;
  /** Name of the CSS variable with the colour, such as `--chart-1`. */
  color: string;
  /** One value per time of the chart; null where nothing was measured. */
  values: (number | null)[];
}

export interface ChartData {
  /** Starts of the steps in seconds since 1970, ascending. */
  times: number[];
  stepSeconds: number;
  series: ChartSeries[];
}

/** stacked: the series add up. lines: they do not. logarithmic: lines whose values differ by orders of magnitude. */
export type ChartKind = "stacked" | "lines" | "logarithmic";

/** Sums of the series from the last to each, so that the first one is the total. Missing values count as zero. */
export function stack(series: readonly ChartSeries[]): number[][] {
  const sums: number[][] = [];
  let below: number[] | undefined;
  for (const { values } of series.toReversed()) {
    const under: number[] | undefined = below;
    below = values.map((value, index) => (value ?? 0) + (under?.[index] ?? 0));
    sums.unshift(below);
  }
  return sums;
}

/** Indices of values without a neighbour, which a line alone would not show. */
export function isolated(values: ArrayLike<number | null | undefined>): number[] {
  const found: number[] = [];
  for (let index = 0; index < values.length; index += 1) {
    if (values[index] != null && values[index - 1] == null && values[index + 1] == null) found.push(index);
  }
  return found;
}

/** Index of the step that contains `at`, or the nearest one; -1 without steps. */
export function stepAt(data: ChartData, at: number): number {
  const first = data.times[0];
  if (first === undefined) return -1;
  const index = Math.floor((at - first) / data.stepSeconds);
  return Math.max(0, Math.min(data.times.length - 1, index));
}
