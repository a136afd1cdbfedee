import { formatCount, formatRate, formatRatio } from "../lib/numbers";
import { formatDuration } from "../lib/time";
import type { TimeStyle } from "../state/preferences.svelte";
import type { Unit } from "./model";

/** A value with its unit: "12.3/s", "120 ms", "1.2 %". */
export function formatValue(value: number | null | undefined, unit: Unit): string {
  if (value == null) return "–";
  switch (unit) {
    case "rate":
      return `${formatRate(value)}/s`;
    case "duration":
      return formatDuration(value);
    case "seconds":
      return formatDuration(value * 1_000);
    case "ratio":
      return formatRatio(value);
    case "count":
      return formatCount(Math.round(value));
  }
}

/** The same for the labels of an axis, without decimals that are zero: "10/s", "2.5/s", "5 %". */
export function formatTick(value: number, unit: Unit): string {
  if (unit === "count" && !Number.isInteger(value)) return "";
  if (unit === "seconds" && value === 0) return "0 s";
  return formatValue(value, unit).replace(/(\.\d*[1-9])0+(?=\D)|\.0+(?=\D)/, "$1");
}

const options = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" } as const;
const clocks = new Map<string, Intl.DateTimeFormat>();

/** The time of day of a step: "14:05", or "14:05:10" for steps of less than a minute. UTC only if the user prefers it. */
export function formatStep(at: number, stepSeconds: number, style: TimeStyle): string {
  const hasSeconds = stepSeconds < 60;
  const key = `${hasSeconds} ${style === "utc"}`;
  let clock = clocks.get(key);
  if (!clock) {
    clock = new Intl.DateTimeFormat("en", {
      ...options,
      ...(hasSeconds ? { second: "2-digit" } : {}),
      ...(style === "utc" ? { timeZone: "UTC" } : {}),
    });
    clocks.set(key, clock);
  }
  return clock.format(at * 1_000);
}
