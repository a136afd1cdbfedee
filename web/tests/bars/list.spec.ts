// A list of a million jobs scrolls without a gap of more than 100 milliseconds.
import { expect, test } from "../browser/support/test";

const JOBS = Number(process.env.ODD_BAR_JOBS ?? 1_000_000);
const SCROLL_MS = 20_000;
const PIXELS_PER_STEP = 400;

test("a list of a million jobs scrolls without a gap", async ({ page, observatory }) => {
  test.setTimeout(600_000);
  for (let submitted = 0; submitted < JOBS; submitted += 10_000) {
    const jobs = Array.from({ length: 10_000 }, (_, index) => ({ type: "echo", payload: submitted + index }));
    await observatory.submit(...jobs);
  }
  await page.goto("jobs");
  const grid = page.getByRole("grid");
  await expect(grid.getByRole("row").nth(5)).toBeVisible();
  await grid.hover();
  const longestMs = page.evaluate(longestGap, SCROLL_MS);
  const end = Date.now() + SCROLL_MS;
  while (Date.now() < end) {
    await page.mouse.wheel(0, PIXELS_PER_STEP);
    await page.waitForTimeout(16);
  }
  const scrolled = await grid.evaluate((element) => element.scrollTop);
  console.log(
    `scrolled by ${Math.round(scrolled)} pixels; longest time without rows: ${(await longestMs).toFixed(0)} ms`,
  );
  expect(scrolled).toBeGreaterThan(10_000);
  expect(await longestMs).toBeLessThanOrEqual(100);
});

/** Runs in the page: the longest time in which the middle of the list showed no row. */
function longestGap(durationMs: number): Promise<number> {
  const grid = document.querySelector('[role="grid"]');
  if (!grid) throw new Error("there is no list");
  const box = grid.getBoundingClientRect();
  const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
  return new Promise((resolve) => {
    const start = performance.now();
    let [lastShown, longest] = [start, 0];
    const frame = (now: number): void => {
      const row = document.elementFromPoint(x, y)?.closest('[role="row"]');
      if (row && row.textContent?.trim() && !row.matches("[aria-busy='true']")) lastShown = now;
      else longest = Math.max(longest, now - lastShown);
      if (now - start < durationMs) requestAnimationFrame(frame);
      else resolve(longest);
    };
    requestAnimationFrame(frame);
  });
}
