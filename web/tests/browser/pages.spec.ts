// Pictures of every page in every situation, and the accessibility of each. The data, the clock and the fonts are fixed.
import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { NOW, useFixedApi, type Situation } from "./support/fixedApi";
import { FINGERPRINT } from "./support/fixedFigures";
import { JOB_ID } from "./support/fixedJobs";
import { expect, test } from "./support/test";

const PAGES: Record<string, string> = {
  overview: "",
  jobs: "jobs",
  job: `jobs/${JOB_ID}`,
  "new-job": "new",
  events: "events",
  queues: "queues",
  types: "types",
  type: "types/email.send",
  failures: "failures",
  failure: `failures/${FINGERPRINT}`,
  "dead-letters": "dead-letters",
  workers: "workers",
  services: "services",
  alerts: "alerts",
  links: "links",
  glossary: "glossary",
  settings: "settings",
};

/** Pages that show nothing from the APIs look the same in every situation. */
const STATIC = new Set(["glossary", "settings", "new-job"]);

const SITUATIONS: Situation[] = ["loaded", "empty", "error", "stale"];

test.use({ expectedErrors: [/status of (503|404)/] });

async function show(page: Page, path: string, situation: Situation): Promise<void> {
  const change = await useFixedApi(page, situation);
  await page.goto(path);
  await expect(page.locator("h1").first()).toBeVisible();
  if (situation === "stale") {
    await expect(page.getByRole("status", { name: "Loading" })).toHaveCount(0);
    change("error");
    await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
    await page.keyboard.press("r");
    await expect(page.getByText("◌ Stale").first()).toBeVisible();
  }
  await waitUntilLoaded(page);
}

/** Waits until nothing is loading: requests, fonts, charts. */
async function waitUntilLoaded(page: Page): Promise<void> {
  await expect(page.getByRole("status", { name: "Loading" })).toHaveCount(0);
  await page.evaluate(() => document.fonts.ready);
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
}

async function expectAccessible(page: Page): Promise<void> {
  const results = await new AxeBuilder({ page })
    .withTags(["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"])
    .analyze();
  const found = results.violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map((node) => node.target).join(", ")}`,
  );
  expect(found).toEqual([]);
}

test("the clock of the pictures is fixed", async ({ page }) => {
  await show(page, "settings", "loaded");
  expect(await page.evaluate(() => Date.now())).toBe(NOW.getTime());
});

for (const [name, path] of Object.entries(PAGES)) {
  for (const situation of STATIC.has(name) ? (["loaded"] as const) : SITUATIONS) {
    test(`${name}, ${situation}`, async ({ page }) => {
      await show(page, path, situation);
      await expectAccessible(page);
      await expect(page).toHaveScreenshot(`${name}-${situation}.png`);
    });
  }

  test(`${name}, light`, async ({ page }) => {
    await page.emulateMedia({ colorScheme: "light" });
    await show(page, path, "loaded");
    await expectAccessible(page);
  });

  test(`${name}, 360 pixels wide`, async ({ page }) => {
    await page.setViewportSize({ width: 360, height: 800 });
    await show(page, path, "loaded");
    await expectAccessible(page);
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(width, "the page does not scroll to the side").toBeLessThanOrEqual(360);
  });
}
