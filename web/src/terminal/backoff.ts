const FIRST_MS = 500;
const LONGEST_MS = 30_000;

/** Delay before the next attempt after `failures` failures: at least half of a limit that doubles, the rest random. */
export function retryDelayMs(failures: number, random: number): number {
  const most = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(failures - 1, 10));
  return Math.round(most / 2 + (random * most) / 2);
}
