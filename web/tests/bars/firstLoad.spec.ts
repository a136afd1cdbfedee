// The first page can be used within a second, in a browser that has nothing of it yet.
import { expect, test } from "../browser/support/test";

const LIMIT_MS = 1_000;

test("the first page is interactive within a second", async ({ page }) => {
  const start = Date.now();
  await page.goto("");
  await page.getByRole("link", { name: "Jobs", exact: true }).click();
  await expect(page).toHaveURL(/jobs$/);
  const elapsed = Date.now() - start;
  console.log(`interactive after ${elapsed} ms`);
  expect(elapsed).toBeLessThan(LIMIT_MS);
});
