import type { TimeStyle } from "../state/preferences.svelte";

const UNITS: [Intl.RelativeTimeFormatUnit, number][] = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
  ["second", 1],
];

const relative = new Intl.RelativeTimeFormat("en", { numeric: "always", style: "narrow" });

/** "3 min. ago", "in 2 hr." */
export function relativeTime(at: number, now: number): string {
  const seconds = Math.round((at - now) / 1_000);
  if (seconds === 0) return "now";
  for (const [unit, size] of UNITS) {
    if (Math.abs(seconds) >= size) return relative.format(Math.trunc(seconds / size), unit);
  }
  return "now";
}

const pad = (value: number, width = 2): string => String(value).padStart(width, "0");

/** "2026-11-30 14:05:09.120" in the time zone of the browser. */
export function localTime(at: number): string {
  const d = new Date(at);
  const day = `${d.getFullYear()}-${pad(d.getMonth() + 1)}-${pad(d.getDate())}`;
  return `${day} ${pad(d.getHours())}:${pad(d.getMinutes())}:${pad(d.getSeconds())}.${pad(d.getMilliseconds(), 3)}`;
}

/** "2026-11-30T14:05:09.120Z" */
export function utcTime(at: number): string {
  return Number.isFinite(at) ? new Date(at).toISOString() : "unknown";
}

export function formatTime(at: number, style: TimeStyle, now: number): string {
  if (style === "relative") return relativeTime(at, now);
  return style === "local" ? localTime(at) : utcTime(at);
}

/** A duration in milliseconds with three significant digits: "12 ms", "1.25 s", "3 min 5 s", "2 h 10 min", "3 d 4 h". */
export function formatDuration(ms: number): string {
  if (ms < 1) return ms === 0 ? "0 ms" : `${ms.toPrecision(2)} ms`;
  if (ms < 1_000) return `${ms < 10 ? ms.toPrecision(2) : Math.round(ms)} ms`;
  const seconds = ms / 1_000;
  if (seconds < 60) return `${trim(seconds.toPrecision(3))} s`;
  if (seconds < 3_600) return two(seconds, 60, "min", 1, "s");
  if (seconds < 86_400) return two(seconds, 3_600, "h", 60, "min");
  return two(seconds, 86_400, "d", 3_600, "h");
}

function trim(number: string): string {
  return number.includes(".") ? number.replace(/\.?0+$/, "") : number;
}

function two(seconds: number, large: number, largeName: string, small: number, smallName: string): string {
  const whole = Math.floor(seconds / large);
  const rest = Math.floor((seconds - whole * large) / small);
  return rest === 0 ? `${whole} ${largeName}` : `${whole} ${largeName} ${rest} ${smallName}`;
}
