import type { Observatory } from "../browser/support/observatory";

const BATCH_MS = 100;

/** Submits small jobs at a rate, and returns how many there were. */
export async function startJobs(
  observatory: Observatory,
  { perSecond, seconds }: { perSecond: number; seconds: number },
): Promise<number> {
  const start = Date.now();
  let submitted = 0;
  while (Date.now() - start < seconds * 1_000) {
    const due = Math.floor(((Date.now() - start) / 1_000) * perSecond) - submitted;
    if (due > 0) {
      await observatory.submit(
        ...Array.from({ length: Math.min(due, 1_000) }, () => ({ type: "echo", payload: 1 })),
      );
      submitted += Math.min(due, 1_000);
    }
    await new Promise((resolve) => setTimeout(resolve, BATCH_MS));
  }
  return submitted;
}
