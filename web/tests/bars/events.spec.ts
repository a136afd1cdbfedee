// 2,000 events per second for two minutes: the page stays above 30 frames per second, and its memory is bounded.
import type { Page } from "@playwright/test";
import { expect, test } from "../browser/support/test";
import { startJobs } from "./load";

const SECONDS = Number(process.env.ODD_BAR_SECONDS ?? 120);

/** Events per second. */
const RATE = 2_000;
/** Created, validated, started and completed. */
const EVENTS_OF_JOB = 4;

/** Ends of the frames, and gaps between them, as the page sees them. */
interface Frames {
  count: number;
  longestMs: number;
}

test("2,000 events per second leave the page above 30 frames per second", async ({ page, observatory }) => {
  test.setTimeout((SECONDS + 90) * 1_000);
  const session = await page.context().newCDPSession(page);
  const heapMb = async (): Promise<number> => {
    await session.send("HeapProfiler.collectGarbage");
    const { usedSize } = await session.send("Runtime.getHeapUsage");
    return usedSize / 1e6;
  };
  for (const path of ["", "jobs", "events"]) {
    await page.goto(path);
    await expect(page.getByLabel("Connection: live")).toBeVisible();
    const before = await heapMb();
    const load = startJobs(observatory, { perSecond: RATE / EVENTS_OF_JOB, seconds: SECONDS / 3 });
    const frames = await page.evaluate(countFrames, (SECONDS / 3) * 1_000);
    const received = await shownRate(page);
    const events = (await load) * EVENTS_OF_JOB;
    const growth = (await heapMb()) - before;
    const rate = frames.count / (SECONDS / 3);
    const sent = events / (SECONDS / 3);
    console.log(
      `/${path}: ${rate.toFixed(1)} frames/s, longest gap ${frames.longestMs.toFixed(0)} ms, ` +
        `${sent.toFixed(0)} events/s, of which the page received ${received.toFixed(0)} at the end, ` +
        `heap grew by ${growth.toFixed(1)} MB`,
    );
    expect(sent).toBeGreaterThan(0.95 * RATE);
    expect(received).toBeGreaterThan(0.9 * RATE);
    expect(rate).toBeGreaterThan(30);
    expect(growth).toBeLessThan(40);
  }
});

/** Events per second that the page shows next to the state of its connection. */
async function shownRate(page: Page): Promise<number> {
  const text = await page.getByLabel("Connection: live").innerText();
  return Number(/([\d,.]+) events\/s/.exec(text)?.[1]?.replaceAll(",", ""));
}

/** Runs in the page. */
function countFrames(durationMs: number): Promise<Frames> {
  return new Promise((resolve) => {
    const start = performance.now();
    let [count, last, longestMs] = [0, start, 0];
    const frame = (now: number): void => {
      count += 1;
      longestMs = Math.max(longestMs, now - last);
      last = now;
      if (now - start < durationMs) requestAnimationFrame(frame);
      else resolve({ count, longestMs });
    };
    requestAnimationFrame(frame);
  });
}
