// Draws a chart with uPlot, which is loaded with the first chart.
import type uPlot from "uplot";
import { preferences, type TimeStyle } from "../state/preferences.svelte";
import { resolveColors } from "./colors";
import { formatStep, formatTick } from "./format";
import { isolated, stack, type ChartData, type ChartKind, type Unit } from "./model";

export interface PlotOptions {
  kind: ChartKind;
  unit: Unit;
  height: number;
  /** Called with the time under the pointer, and without one when the pointer leaves. */
  onpoint: (at: number | undefined) => void;
}

export interface Plot {
  setData(data: ChartData): void;
  setWidth(width: number): void;
  /** Shows the crosshair at a time, or hides it. */
  point(at: number | undefined): void;
  destroy(): void;
}

/** Values of a logarithmic scale below this are shown at this. */
const SMALLEST = 0.01;

/** Distances of the labels of an axis of seconds: each is a round time. */
const ROUND_SECONDS = [
  0.2, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 180, 300, 600, 1_200, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200,
  86_400, 172_800, 604_800, 2_592_000,
];

/** Loads the library. Its style sheet belongs to the same part of the page. */
async function library(): Promise<typeof uPlot> {
  const [module] = await Promise.all([import("uplot"), import("uplot/dist/uPlot.min.css")]);
  return module.default;
}

export async function createPlot(host: HTMLElement, data: ChartData, options: PlotOptions): Promise<Plot> {
  const Library = await library();
  const plot = new Library(configuration(host, data, options), aligned(data, options.kind), host);
  let isFollowing = false;
  plot.over.addEventListener("mousemove", () => (isFollowing = true));
  plot.over.addEventListener("mouseleave", () => {
    isFollowing = false;
    options.onpoint(undefined);
  });
  plot.hooks.setCursor = [
    ({ cursor }) => {
      const at = cursor.idx == null ? undefined : plot.data[0][cursor.idx];
      if (isFollowing && at !== undefined) options.onpoint(at);
    },
  ];
  return {
    setData: (next) => plot.setData(aligned(next, options.kind)),
    setWidth: (width) => plot.setSize({ width, height: options.height }),
    point(at) {
      if (isFollowing) return;
      const left = at === undefined ? -10 : plot.valToPos(at, "x");
      plot.setCursor({ left, top: at === undefined ? -10 : 0 }, false);
    },
    destroy: () => plot.destroy(),
  };
}

/** The values as uPlot needs them. */
function aligned(data: ChartData, kind: ChartKind): uPlot.AlignedData {
  if (kind === "stacked") return [data.times, ...stack(data.series)];
  const values = data.series.map((series) =>
    kind === "logarithmic"
      ? series.values.map((value) => (value === null ? null : Math.max(SMALLEST, value)))
      : series.values,
  );
  return [data.times, ...values];
}

function configuration(host: HTMLElement, data: ChartData, options: PlotOptions): uPlot.Options {
  const { kind, unit } = options;
  const names = data.series.map((series) => series.color);
  const colors = resolveColors(host, [...names, "--text-soft", "--border", "--surface-solid"]);
  const color = (name: string): string => colors.get(name) ?? "gray";
  const axis = {
    stroke: color("--text-soft"),
    font: "12px Inter Variable, system-ui, sans-serif",
    grid: { stroke: color("--border"), width: 1 },
    ticks: { show: false },
  };
  const style = (): TimeStyle => preferences.values.time;
  return {
    width: host.clientWidth || 300,
    height: options.height,
    legend: { show: false },
    padding: [8, 20, 0, 0],
    cursor: {
      y: false,
      drag: { x: false, y: false },
      points: { size: 7, stroke: () => color("--surface-solid") },
    },
    scales: {
      x: { time: true },
      y:
        kind === "logarithmic"
          ? { distr: 3, range: (_, least, most) => logarithmicRange(least, most) }
          : { range: (_, __, most) => [0, linearTop(most, unit)] },
    },
    axes: [
      {
        ...axis,
        size: 34,
        gap: 10,
        space: 76,
        grid: { show: false },
        values: (_, splits) => splits.map((at) => formatStep(at, 60, style())),
      },
      {
        ...axis,
        size: 64,
        space: 34,
        ...(unit === "seconds" ? { incrs: ROUND_SECONDS } : {}),
        ...(kind === "logarithmic" ? { grid: { ...axis.grid, filter: powersOfTen } } : {}),
        values: (_, splits) => splits.map((value) => (value === null ? "" : formatTick(value, unit))),
      },
    ],
    series: [
      {},
      ...data.series.map((series, index) => ({
        label: series.label,
        stroke: color(series.color),
        width: kind === "stacked" ? 1 : 1.5,
        ...(kind === "stacked" ? { fill: translucent(color(series.color)) } : {}),
        points: {
          size: 5,
          fill: color(series.color),
          filter: (self: uPlot) => isolated(self.data[index + 1] ?? []),
          show: kind !== "stacked",
        },
      })),
    ],
    ...(kind === "stacked"
      ? {
          bands: data.series
            .slice(1)
            .map((_, index) => ({ series: [index + 1, index + 2] as [number, number] })),
        }
      : {}),
  };
}

/** The upper end of a linear scale: some space above the highest value, and never an empty scale. */
function linearTop(most: number | null, unit: Unit): number {
  const least = unit === "ratio" ? 0.01 : 1;
  const top = Math.max(least, (most ?? 0) * 1.12);
  return unit === "ratio" ? Math.min(1, top) : top;
}

/** Whole powers of ten around the values. */
function logarithmicRange(least: number | null, most: number | null): [number, number] {
  const from = 10 ** Math.floor(Math.log10(Math.max(SMALLEST, least ?? 1)));
  const to = 10 ** Math.ceil(Math.log10(Math.max(SMALLEST, most ?? 100) * 1.05));
  return [from, Math.max(to, from * 10)];
}

/** Only whole powers of ten get a line, so that the lines stay calm. */
function powersOfTen(_: uPlot, splits: (number | null)[]): (number | null)[] {
  return splits.map((split) => (split !== null && Number.isInteger(round(Math.log10(split))) ? split : null));
}

const round = (value: number): number => Math.round(value * 1e6) / 1e6;

/** The colour with less opacity, for the area below a line. */
function translucent(color: string): string {
  const parts = /^rgba?\(([\d.]+)[, ]+([\d.]+)[, ]+([\d.]+)/.exec(color);
  return parts ? `rgb(${parts[1]} ${parts[2]} ${parts[3]} / 38%)` : color;
}
