// An alert is on the pages in time, with what to do about it, and leaves them when its cause has ended.
import { testWithOwn } from "./support/ownObservatory";
import { expect } from "./support/test";

const test = testWithOwn({ environment: { ODD_ALLOW_DRILLS: "true" } });

/** How long the expression of ServiceDown holds before the alert fires: `for` in contracts/alerts.json. */
const HOLD_MS = 60_000;
/** The longest time until a page shows what is the case: evaluations and requests of pages are 5 s apart. */
const DELAY_MS = 15_000;

test("stopped processors are on every page within 75 s, with what to do", async ({ page, observatory }) => {
  test.setTimeout(180_000);
  await page.goto("alerts");
  const health = page.getByRole("region", { name: "Health" });
  await expect(health).toContainText("ok");
  await expect(page.getByRole("article", { name: "ServiceDown" })).toHaveCount(0);

  await observatory.call("PUT", "processor", "/drills/stopped-worker", { seconds: 240 });
  const alert = page.getByRole("article", { name: "ServiceDown" });
  await expect(alert).toContainText("condition began", { timeout: DELAY_MS });
  await expect(alert).toContainText("started firing", { timeout: HOLD_MS + DELAY_MS });
  await expect(alert).toContainText("No instance of processor answers.");
  await expect(alert.getByRole("link", { name: "Runbook" })).toHaveAttribute("href", /ServiceDown\.md$/);
  await expect(health).toContainText("failing", { timeout: DELAY_MS });
  await page.goto("queues");
  await health.locator("summary").click();
  await expect(health).toContainText("Read the end of the log of the processor");

  await page.goto("alerts");
  await observatory.call("DELETE", "processor", "/drills/stopped-worker");
  await expect(alert).toHaveCount(0, { timeout: 2 * DELAY_MS });
  await expect(health).toContainText("ok", { timeout: DELAY_MS });
});
