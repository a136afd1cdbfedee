// The frame of all pages: navigation, keys, list of commands, themes, pages that do not exist.
import { expect, test } from "./support/test";

test("the first page loads less than 200 kB", async ({ page }) => {
  let bytes = 0;
  const session = await page.context().newCDPSession(page);
  await session.send("Network.enable");
  session.on("Network.loadingFinished", ({ encodedDataLength }) => (bytes += encodedDataLength));
  await page.goto("");
  await expect(page.getByRole("heading", { name: "Overview" })).toBeVisible();
  await expect(page.getByRole("status", { name: "Loading" })).toHaveCount(0);
  expect(bytes).toBeGreaterThan(0);
  expect(bytes).toBeLessThan(200_000);
});

test("keys open pages, the help and the list of commands", async ({ page }) => {
  await page.goto("");
  await expect(page.getByRole("heading", { name: "Overview" })).toBeVisible();
  await page.keyboard.press("2");
  await expect(page).toHaveURL(/\/jobs$/);
  await page.keyboard.press("g");
  await page.keyboard.press("e");
  await expect(page).toHaveURL(/\/events$/);
  await page.keyboard.press("?");
  await expect(page.getByRole("dialog", { name: "Keys" })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog", { name: "Keys" })).toHaveCount(0);
  await page.keyboard.press("Control+k");
  const input = page.getByRole("combobox", { name: /Find a page/ });
  await expect(input).toBeFocused();
  await input.fill("dead");
  await input.press("Enter");
  await expect(page).toHaveURL(/\/dead-letters$/);
  await page.goBack();
  await expect(page).toHaveURL(/\/events$/);
});

test("keys do nothing while text is typed, and can be switched off", async ({ page }) => {
  await page.goto("glossary");
  await page.getByLabel("Find a term").fill("");
  await page.getByLabel("Find a term").pressSequentially("2n?");
  await expect(page.getByLabel("Find a term")).toHaveValue("2n?");
  await expect(page).toHaveURL(/\/glossary$/);
  await page.evaluate(() => localStorage.setItem("odd-dashboard", JSON.stringify({ keys: false })));
  await page.reload();
  await expect(page.getByRole("heading", { name: "Glossary" })).toBeVisible();
  await page.keyboard.press("2");
  await expect(page).toHaveURL(/\/glossary$/);
});

test("the keyboard alone reaches the content by the skip link", async ({ page }) => {
  await page.goto("glossary");
  await expect(page.getByRole("heading", { name: "Glossary" })).toBeVisible();
  await page.keyboard.press("Tab");
  await expect(page.getByRole("link", { name: "Skip to the content" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.locator("#content")).toBeFocused();
});

test("an unknown page says so", async ({ page }) => {
  await page.goto("no/such/page");
  await expect(page.getByRole("heading", { name: "There is no such page" })).toBeVisible();
});

test("the theme follows the system, and the choice of the user", async ({ page }) => {
  const background = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  await page.goto("glossary");
  const dark = await background();
  await page.emulateMedia({ colorScheme: "light" });
  const light = await background();
  expect(light).not.toBe(dark);
  await page.evaluate(() => localStorage.setItem("odd-dashboard", JSON.stringify({ theme: "dark" })));
  await page.reload();
  expect(await background()).toBe(dark);
});
