// Takes the pictures of the documentation, from the fixed data of the tests.
import { expect, test } from "../browser/support/test";
import { useFixedApi } from "../browser/support/fixedApi";
import { JOB_ID } from "../browser/support/fixedJobs";

const FOLDER = "../docs/images/web";

const SHOTS: { name: string; path: string; width?: number; height?: number; light?: boolean }[] = [
  { name: "overview", path: "" },
  { name: "jobs", path: "jobs" },
  { name: "job", path: `jobs/${JOB_ID}` },
  { name: "light", path: "queues", light: true },
  { name: "small", path: "jobs", width: 360, height: 760 },
];

test.use({ expectedErrors: [/status of 404/] });

for (const { name, path, width = 1280, height = 800, light } of SHOTS) {
  test(name, async ({ page }) => {
    await page.setViewportSize({ width, height });
    await page.emulateMedia({ colorScheme: light ? "light" : "dark" });
    await useFixedApi(page, "loaded");
    await page.goto(path);
    await expect(page.locator("h1").first()).toBeVisible();
    await expect(page.getByRole("status", { name: "Loading" })).toHaveCount(0);
    await page.evaluate(() => document.fonts.ready);
    await page.screenshot({ path: `${FOLDER}/${name}.png`, animations: "disabled" });
  });
}
