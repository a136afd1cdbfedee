// One job from its submission to its end, as a user sees and changes it.
import { expect, test } from "./support/test";

test.use({ expectedErrors: [/status of (404|422)|ERR_FAILED/] });

const HOSTILE = "<img src=x onerror=alert(1)> \u202e\u001b[31m";

test("a job is submitted as JSON, and its page shows the exact payload and result", async ({ page }) => {
  await page.goto("new");
  await page.getByLabel("Type").fill("echo");
  await page.getByLabel("Payload as JSON").fill('{"10": 12345678901234567890.10, "9": [1e2]}');
  await page.getByLabel("Payload as JSON").press("Control+Enter");
  await expect(page.getByRole("heading", { name: "The job is accepted" })).toBeVisible();
  await expect(page.getByRole("link", { name: "Show the job" }).first()).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.locator("header .status")).toHaveText(/COMPLETED/);
  await page.getByRole("tab", { name: "Result" }).click();
  await expect(page).toHaveURL(/tab=result/);
  const rows = page.getByRole("tree", { name: "result" }).getByRole("treeitem");
  await expect(rows.nth(1)).toContainText("12345678901234567890.10");
  await expect(rows.nth(1)).toContainText("10:");
  await expect(rows.nth(3)).toContainText("1e2");
});

test("a running job is followed live, without loading the page again", async ({ page, observatory }) => {
  const [id] = await observatory.submit({
    type: "flaky",
    payload: { failures: 2 },
    retry: { baseDelayMs: 300 },
  });
  await page.goto(`jobs/${id}`);
  await expect(page.locator("header .status")).toHaveText(/COMPLETED/);
  await expect(page.locator(".outcome")).toContainText(["FAILED", "FAILED", "COMPLETED"]);
  await page.getByRole("tab", { name: /Events/ }).click();
  await expect(page.getByText("job.retrying")).toHaveCount(2);
});

test("a failed job is explained, retried by a key, and copied with other content", async ({
  page,
  observatory,
}) => {
  const [id = ""] = await observatory.submit({
    type: "fail",
    payload: { message: HOSTILE, permanent: true },
    metadata: { customer: HOSTILE },
    tags: ["nightly"],
  });
  await page.goto(`jobs/${id}`);
  await expect(page.getByRole("heading", { name: "Why did it fail?" })).toBeVisible();
  await expect(page.locator("img")).toHaveCount(0);
  await expect(page.getByRole("region", { name: "Message of the error" })).toContainText("⟨202E⟩");
  await page.keyboard.press("t");
  await expect(page.getByText("Run 2, started by a retry")).toBeVisible();
  await page.keyboard.press("e");
  await expect(page).toHaveURL(new RegExp(`/new\\?copy=${id}`));
  await page.getByLabel("Type").fill("echo");
  await page.getByRole("button", { name: "Submit" }).click();
  await page.getByRole("link", { name: "Show the job" }).first().click();
  await page.getByRole("link", { name: id }).click();
  await expect(page).toHaveURL(new RegExp(`/jobs/${id}$`));
});

test("a waiting job is explained, and cancelled after a question", async ({ page, observatory }) => {
  const [id] = await observatory.submit({ type: "echo", delayMs: 3_600_000 });
  await page.goto(`jobs/${id}`);
  await expect(page.getByRole("heading", { name: "Why is it waiting?" })).toBeVisible();
  await page.keyboard.press("X");
  await page.getByRole("dialog").getByRole("button", { name: "Keep it" }).click();
  await expect(page.locator("header .status")).toHaveText(/SCHEDULED/);
  await page.keyboard.press("X");
  await page.getByRole("dialog").getByRole("button", { name: "Cancel the job" }).click();
  await expect(page.locator("header .status")).toHaveText(/CANCELLED/);
});

test("errors of the gateway are shown where they are", async ({ page }) => {
  await page.goto("new");
  await page.getByLabel("Type").fill("flaky");
  await page.getByLabel("Payload as JSON").fill('{\n  "failures": 1,\n  "more": true\n}');
  await page.getByRole("button", { name: "Submit" }).click();
  await expect(page.getByText("Nothing was stored.")).toBeVisible();
  const selection = await page
    .getByLabel("Payload as JSON")
    .evaluate((area: HTMLTextAreaElement) => area.value.slice(area.selectionStart, area.selectionEnd));
  expect(selection).toBe("true");
});

test("a submission without an answer is stored once when it is sent again", async ({ page, observatory }) => {
  const key = `once-${Date.now()}`;
  await page.goto("new");
  await page.getByLabel("Type").fill("echo");
  await page.getByLabel("Payload as JSON").fill(JSON.stringify({ key }));
  // The request arrives, and the answer is lost.
  await page.route("**/api/gateway/jobs", async (route) => {
    await route.fetch();
    await route.abort();
  });
  await page.getByRole("button", { name: "Submit" }).click();
  await expect(page.getByText("It is unknown whether the job was accepted")).toBeVisible();
  await page.unroute("**/api/gateway/jobs");
  await page.getByRole("button", { name: "Send again" }).click();
  await expect(page.getByRole("heading", { name: "The job was accepted before" })).toBeVisible();
  const found = (await observatory.call("GET", "read-model", `/jobs?q=${key}`)) as { jobs: unknown[] };
  expect(found.jobs).toHaveLength(1);
});

test("leaving a form asks first, by links and by the history", async ({ page }) => {
  await page.goto("glossary");
  await page.getByRole("link", { name: "New job" }).click();
  await page.getByLabel("Type").fill("echo");
  await page.evaluate(() => history.back());
  const dialog = page.getByRole("dialog", { name: "Leave without submitting?" });
  await dialog.getByRole("button", { name: "Stay" }).click();
  await expect(page.getByLabel("Type")).toHaveValue("echo");
  await page.getByRole("link", { name: "Settings" }).click();
  await dialog.getByRole("button", { name: "Leave" }).click();
  await expect(page).toHaveURL(/\/settings$/);
});

test("a payload of 1 MiB is unfolded and searched without a long pause", async ({ page, observatory }) => {
  const rows = Array.from({ length: 26_000 }, (_, id) => ({ id, name: `customer ${id}` }));
  const [id] = await observatory.submit({ type: "echo", payload: { rows } });
  await page.goto(`jobs/${id}`);
  await expect(page.getByRole("tree", { name: "payload" })).toBeVisible();
  await page.keyboard.press("z");
  await page.keyboard.press("z");
  expect(await page.getByRole("treeitem").count()).toBeLessThan(100);
  await page.keyboard.press("/");
  await page.keyboard.type("customer 25999");
  await expect(page.getByText("1 of 1")).toBeVisible();
  await expect(page.getByRole("treeitem", { selected: true })).toContainText("customer 25999");
  await expect(page.getByText("/rows/25999/name")).toBeVisible();
});

test("a job that does not exist may have been removed", async ({ page }) => {
  await page.goto("jobs/0192f0c1-2f3b-7a51-b6a1-3f1f5a0c7c11");
  await expect(page.getByRole("heading", { name: "There is no such job" })).toBeVisible();
  await page.getByRole("link", { name: "Show the jobs" }).click();
  await expect(page).toHaveURL(/\/jobs$/);
});
