import type { TimeStyle } from "../state/preferences.svelte";
import { formatStep, formatValue } from "./format";
import type { ChartData, ChartSeries, Unit } from "./model";

/** The highest value of a series and when it was; undefined without values. */
export function peakOf(
  series: ChartSeries,
  times: readonly number[],
): { value: number; at: number } | undefined {
  let peak: { value: number; at: number } | undefined;
  series.values.forEach((value, index) => {
    const at = times[index];
    if (value !== null && at !== undefined && (peak === undefined || value > peak.value))
      peak = { value, at };
  });
  return peak;
}

export function meanOf(series: ChartSeries): number | undefined {
  const values = series.values.filter((value) => value !== null);
  return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The chart in a sentence for each series: where it is now, and its highest value. Series without values are named last. */
export function summarise(data: ChartData, unit: Unit, style: TimeStyle): string {
  const sentences: string[] = [];
  const silent: string[] = [];
  for (const series of data.series) {
    const peak = peakOf(series, data.times);
    const mean = meanOf(series);
    if (!peak || mean === undefined || peak.value === 0) {
      silent.push(series.label);
      continue;
    }
    const when = formatStep(peak.at, data.stepSeconds, style);
    sentences.push(
      `${series.label}: mean ${formatValue(mean, unit)}, highest ${formatValue(peak.value, unit)} at ${when}.`,
    );
  }
  if (sentences.length === 0) return "Nothing in this time range.";
  if (silent.length > 0) sentences.push(`None: ${silent.join(", ")}.`);
  return sentences.join(" ");
}
