// The page that says what is not running, opened from the disk and from the web role, continues by itself.
import { pathToFileURL } from "node:url";
import { testWithOwn } from "./support/ownObservatory";
import type { Observatory } from "./support/observatory";
import { expect } from "./support/test";

const test = testWithOwn();
const FILE = pathToFileURL("offline/index.html");

test.use({ expectedErrors: [/Failed to load resource|ERR_CONNECTION_REFUSED/] });

function addresses(observatory: Observatory): string {
  const roles = ["web", "gateway", "read-model"];
  return new URLSearchParams(roles.map((role) => [role, observatory.url(role)])).toString();
}

test("a file on the disk says what is missing, and opens the dashboard once it runs", async ({
  page,
  observatory,
}) => {
  test.setTimeout(120_000);
  await observatory.restart(async () => {
    await page.goto(`${FILE.href}?${addresses(observatory)}`);
    await expect(page.getByRole("heading", { name: "The observatory is not running" })).toBeVisible();
    await expect(page.getByText("✗ not running")).toHaveCount(3);
    await expect(page.locator("#command")).toHaveText("odd-dashboard up");
  });
  await expect(page.getByRole("heading", { name: "Overview" })).toBeVisible({ timeout: 30_000 });
  expect(page.url()).toBe(`${observatory.url("web")}/`);
});

test("the page of the web role names the service that is missing", async ({ page, observatory }) => {
  const closed = "http://127.0.0.1:1/";
  const parameters = new URLSearchParams(addresses(observatory));
  parameters.set("gateway", closed);
  await page.goto(`offline?${parameters.toString()}`);
  await expect(page.getByRole("heading", { name: "The observatory is not complete" })).toBeVisible();
  await expect(page.locator("#command")).toHaveText("odd-dashboard serve gateway");
});

test("links with another scheme are not followed", async ({ page, observatory }) => {
  const parameters = new URLSearchParams(addresses(observatory));
  parameters.set("web", "javascript:alert(1)");
  parameters.set("gateway", "http://127.0.0.1:1/");
  await page.goto(`offline?${parameters.toString()}`);
  await expect(page.getByRole("heading", { name: "The observatory is not complete" })).toBeVisible();
  await expect(page.getByRole("link", { name: "Open the dashboard" })).toHaveAttribute("href", /^http:/);
});
