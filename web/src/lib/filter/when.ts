// Times as the filter language has them: a point in time, or a duration before now. Times are microseconds since 1970.

export type When = { at: bigint } | { agoMs: bigint };

/** 0000-01-01T00:00:00Z: RFC 3339 has no earlier year. */
const FIRST_MICROS = -62_167_219_200_000_000n;

/** 9999-12-30T22:00:00Z, the last instant that reads back in every time zone. */
const LAST_MICROS = 253_402_207_200_000_000n;

/** The units of a duration: their names, length in milliseconds, and greatest number. The largest comes first. */
const UNITS: readonly [names: string, ms: bigint, most: bigint][] = [
  ["d", 86_400_000n, 7_304_484n],
  ["h", 3_600_000n, 175_307_616n],
  ["m", 60_000n, 10_518_456_960n],
  ["s", 1_000n, 631_107_417_600n],
  ["ms", 1n, 631_107_417_600_000n],
];

/** Reads a time as RFC 3339, or a duration. */
export function parseWhen(text: string): When | undefined {
  const agoMs = parseDuration(text);
  if (agoMs !== undefined) return { agoMs };
  const at = parseInstant(text);
  return at === undefined ? undefined : { at };
}

/** The point in time. */
export function instantOf(when: When, nowMicros: bigint): bigint {
  return "at" in when ? when.at : nowMicros - when.agoMs * 1_000n;
}

/** Reads numbers with units, such as `1h30m`, each unit once, the largest first. A day has 24 hours. */
function parseDuration(text: string): bigint | undefined {
  if (!/^(?:\d+[a-z]+)+$/.test(text)) return undefined;
  let total = 0n;
  let next = 0;
  for (const [, digits, name] of text.matchAll(/(\d+)([a-z]+)/g)) {
    const index = UNITS.findIndex(([unit]) => unit === name);
    const unit = UNITS[index];
    if (!digits || !unit || index < next) return undefined;
    const count = BigInt(digits);
    if (count > unit[2]) return undefined;
    total += count * unit[1];
    next = index + 1;
  }
  return total;
}

const RFC_3339 =
  /^(\d{4})-(\d{2})-(\d{2})[Tt ](\d{2}):(\d{2}):(\d{2})(?:[.,](\d{1,9}))?(?:([Zz])|([+-])(\d{2}):(\d{2}))$/;

function parseInstant(text: string): bigint | undefined {
  const match = RFC_3339.exec(text);
  if (!match) return undefined;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const [offsetHour, offsetMinute] = [Number(match[10] ?? 0), Number(match[11] ?? 0)];
  const isInRange = hour < 24 && minute < 60 && second <= 60 && offsetHour < 26 && offsetMinute < 60;
  if (!isInRange || month < 1 || month > 12 || day < 1 || day > daysOf(year, month)) return undefined;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  // A leap second counts as the second before it.
  date.setUTCHours(hour, minute, Math.min(second, 59));
  const sign = match[9] === "-" ? -1 : 1;
  const seconds = BigInt(date.getTime() / 1_000 - sign * (offsetHour * 3_600 + offsetMinute * 60));
  const micros = BigInt((match[7] ?? "").padEnd(6, "0").slice(0, 6));
  const at = seconds * 1_000_000n + micros;
  return year === 9999 && at > LAST_MICROS ? LAST_MICROS : at;
}

function daysOf(year: number, month: number): number {
  const date = new Date(0);
  date.setUTCFullYear(year, month, 0);
  return date.getUTCDate();
}

/** The wire form of an instant: RFC 3339 with six decimals. */
export function formatInstant(micros: bigint): string {
  const bounded = micros < FIRST_MICROS ? FIRST_MICROS : micros > LAST_MICROS ? LAST_MICROS : micros;
  const rest = ((bounded % 1_000_000n) + 1_000_000n) % 1_000_000n;
  const seconds = new Date(Number((bounded - rest) / 1_000n)).toISOString().replace(/\.000Z$/, "");
  return `${seconds}.${rest.toString().padStart(6, "0")}Z`;
}

/** How the value is written in a filter: `1h30m`, or the time without a fraction if that is zero. */
export function printWhen(when: When): string {
  if ("at" in when) return formatInstant(when.at).replace(".000000Z", "Z");
  let rest = when.agoMs;
  if (rest === 0n) return "0s";
  let text = "";
  for (const [unit, ms] of UNITS) {
    const count = rest / ms;
    rest %= ms;
    if (count > 0n) text += `${count}${unit}`;
  }
  return text;
}
