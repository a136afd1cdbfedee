// Jobs by the keyboard alone, and jobs whose names and payloads are hostile.
import type { Page } from "@playwright/test";
import { expect, test } from "./support/test";

/** The status in the header of the page of a job. */
const status = (page: Page, word: string) => page.locator("header .status").getByText(word);

test("a running job is cancelled after a confirmation", async ({ page, observatory }) => {
  const [id = ""] = await observatory.submit({ type: "sleep", payload: { ms: 60_000 } });
  await observatory.until(id, "EXECUTING");
  await page.goto(`jobs/${id}`);
  await page.getByRole("button", { name: /^Cancel/ }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "Keep it" }).click();
  await expect(status(page, "EXECUTING")).toBeVisible();
  await page.keyboard.press("X");
  await dialog.getByRole("button", { name: "Cancel the job" }).click();
  await expect(status(page, "CANCELLED")).toBeVisible();
});

test("a job is cancelled with the keyboard alone", async ({ page, observatory }) => {
  const [id = ""] = await observatory.submit({
    type: "sleep",
    payload: { ms: 60_000 },
    tags: ["keyboard-only"],
  });
  await observatory.until(id, "EXECUTING");
  await page.goto("");
  await expect(page.getByRole("heading", { name: "Overview" })).toBeVisible();
  await page.keyboard.press("g");
  await page.keyboard.press("j");
  await expect(page.getByRole("heading", { name: "Jobs", exact: true })).toBeVisible();
  await page.keyboard.press("/");
  await page.keyboard.type("tag:keyboard-only");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/tag%3Akeyboard-only/);
  await page.keyboard.press("Escape");
  await expect(page.getByRole("gridcell", { name: "EXECUTING" })).toBeVisible();
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(new RegExp(id));
  await expect(status(page, "EXECUTING")).toBeVisible();
  await page.keyboard.press("X");
  await expect(page.getByRole("dialog")).toBeVisible();
  await page.keyboard.press("Tab");
  await page.getByRole("button", { name: "Cancel the job" }).focus();
  await page.keyboard.press("Enter");
  await expect(status(page, "CANCELLED")).toBeVisible();
});

test("hostile names, payloads and errors are shown inert", async ({ page, observatory }) => {
  const hostile = "\u001b[31mred\u001b]52;c;aGk=\u0007 <img src=x onerror=alert(1)> \u202egnp.exe";
  const [id = ""] = await observatory.submit({
    type: "fail",
    maxAttempts: 1,
    metadata: { customer: "<b>bold</b>" },
    payload: { message: `${hostile} </script><script>alert(1)</script>` },
  });
  await observatory.until(id, "FAILED");
  for (const path of [
    `jobs/${id}`,
    `jobs/${id}?tab=events`,
    "jobs?filter=status%3AFAILED",
    "dead-letters",
    "events",
    "failures",
  ]) {
    await page.goto(path);
    await expect(page.getByText(/red/).first()).toBeVisible();
    const raw = await page.evaluate(() => document.body.innerText);
    expect(raw).not.toContain("\u001b");
    expect(raw).not.toContain("\u202e");
    expect(await page.locator("img[src=x], main script").count()).toBe(0);
  }
});
