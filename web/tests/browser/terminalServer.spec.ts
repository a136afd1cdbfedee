// The terminal page with the real server: the real terminal interface in the browser.
import type { Page } from "@playwright/test";
import { expect, test } from "./support/test";

/** Shows what the screen says as text, as for a screen reader: a canvas has none. */
async function openTerminal(page: Page, path = "terminal"): Promise<void> {
  await page.addInitScript(() =>
    localStorage.setItem(
      "odd-dashboard",
      JSON.stringify({ terminal: { fontSizePx: 0, isScreenReaderMode: true } }),
    ),
  );
  await page.goto(path);
  await expect(page.locator(".xterm")).toBeVisible();
}

const screen = (page: Page) => page.locator(".xterm-accessibility");

test("the terminal shows the interface, answers keys, and survives a refresh", async ({
  page,
  observatory,
}) => {
  const [id = ""] = await observatory.submit({ type: "echo", tags: ["in-the-terminal"] });
  await observatory.until(id, "COMPLETED");
  await openTerminal(page);
  await expect(screen(page)).toContainText("Overview", { timeout: 20_000 });
  await page.locator(".xterm").click();
  await page.keyboard.press("2");
  await expect(screen(page)).toContainText("echo");
  await page.reload();
  await expect(screen(page)).toContainText("echo", { timeout: 20_000 });
});

test("a read-only terminal refuses changes", async ({ page }) => {
  await openTerminal(page);
  await expect(screen(page)).toContainText("Overview", { timeout: 20_000 });
  await page.locator(".xterm").click();
  await page.keyboard.press("n");
  await page.keyboard.press("?");
  await expect(screen(page)).toContainText("Show every key");
  await expect(screen(page)).not.toContainText("Submit a job");
});

test("a hostile job cannot reach the terminal of the browser", async ({ page, observatory }) => {
  const escapes = "\u001b]0;taken over\u0007\u001b]52;c;aGFja2Vk\u0007\u001b[2J\u009b31m\u202egnp.exe";
  const [id = ""] = await observatory.submit({
    type: "fail",
    maxAttempts: 1,
    metadata: { customer: escapes },
    payload: { message: `hostile ${escapes}`, permanent: true },
  });
  await observatory.until(id, "FAILED");
  await openTerminal(page, `terminal?job=${id}`);
  await expect(screen(page)).toContainText("FAILED", { timeout: 20_000 });
  await expect(screen(page)).toContainText("hostile");
  await expect(screen(page)).toContainText("Why is it FAILED?");
  const text = (await screen(page).textContent()) ?? "";
  expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
  await expect(page).not.toHaveTitle(/taken over/);
});
