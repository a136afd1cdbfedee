const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const compact = new Intl.NumberFormat("en", { notation: "compact", maximumSignificantDigits: 3 });

/** "12,345" */
export const formatCount = (value: number): string => whole.format(value);

/** "12.3K" from 100,000 on. */
export const formatCompact = (value: number): string =>
  Math.abs(value) < 100_000 ? whole.format(value) : compact.format(value);

/** "0.25", "12.3", "1,234" */
export function formatRate(value: number): string {
  if (value === 0) return "0";
  if (value < 0.01) return "<0.01";
  if (value < 10) return value.toFixed(2);
  return value < 100 ? value.toFixed(1) : whole.format(value);
}

/** "0 %", "0.12 %", "12.3 %" of a ratio between 0 and 1. */
export function formatRatio(ratio: number | null | undefined): string {
  if (ratio === null || ratio === undefined) return "–";
  const percent = ratio * 100;
  if (percent === 0 || percent === 100) return `${percent} %`;
  return percent < 1 ? `${percent.toFixed(2)} %` : `${percent.toFixed(1)} %`;
}

/** "1 job", "2 jobs" */
export const plural = (count: number, one: string, many = `${one}s`): string =>
  `${formatCount(count)} ${count === 1 ? one : many}`;
