// Every action of docs/reference/interfaces.md has its control on the page that the table names. That the other interfaces
// have it too is tested in crates/interfaces/odd-dashboard/src/cli/interfaces_tests.rs.
import { readFileSync } from "node:fs";
import { useFixedApi } from "./support/fixedApi";
import { JOB_ID, RUNNING_JOB_ID } from "./support/fixedJobs";
import { expect, test } from "./support/test";

type ControlRole = Parameters<import("@playwright/test").Page["getByRole"]>[0];

const page = readFileSync(new URL("../../../docs/reference/interfaces.md", import.meta.url), "utf8");
const rows = (page.split("\n## ")[0] ?? "")
  .split("\n")
  .filter((line) => line.startsWith("| "))
  .slice(2)
  .map((line) => line.slice(2, -2).replaceAll("`", "").split(" | "));

test.use({ expectedErrors: [/status of 404/] });

test("the table has rows", () => {
  expect(rows.length).toBeGreaterThan(20);
});

for (const [action = "", , web = ""] of rows) {
  test(`${action}: ${web}`, async ({ page }) => {
    const [path = "", control = ""] = web.split(": ");
    const [role, ...name] = control.split(" ");
    await useFixedApi(page, "loaded");
    await page.goto(path.slice(1).replace(":failed", JOB_ID).replace(":running", RUNNING_JOB_ID));
    await expect(
      page.getByRole(role as ControlRole, { name: new RegExp(`^${name.join(" ")}`) }).first(),
    ).toBeVisible();
  });
}
