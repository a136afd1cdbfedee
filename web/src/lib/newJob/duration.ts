const UNITS: [string, number][] = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["m", 60_000],
  ["s", 1_000],
  ["ms", 1],
];
const FORM = /^(?:(\d+)d)? ?(?:(\d+)h)? ?(?:(\d+)m)? ?(?:(\d+)s)? ?(?:(\d+)ms)?$/;

/** The milliseconds of a duration such as `90s`, `1h30m` or `1500ms`; `undefined` for any other text. */
export function parseDuration(text: string): number | undefined {
  const found = FORM.exec(text);
  if (!found || text.trim() === "") return undefined;
  return UNITS.reduce((sum, [, length], index) => sum + Number(found[index + 1] ?? 0) * length, 0);
}

/** Milliseconds so that `parseDuration` reads the same. */
export function exactDuration(ms: number): string {
  if (ms === 0 || ms % 1_000 !== 0) return `${ms}ms`;
  let rest = ms;
  let text = "";
  for (const [unit, length] of UNITS) {
    const count = Math.floor(rest / length);
    if (count > 0) text += `${count}${unit}`;
    rest -= count * length;
  }
  return text;
}
