// Lists: the filter in the address, the back button, marks, failures and dead letters.
import { expect, test } from "./support/test";

test("filters are in the address, and the back button returns to them", async ({ page, observatory }) => {
  const ids = await observatory.submit(
    { type: "echo", tags: ["filtered"] },
    { type: "fail", maxAttempts: 1, tags: ["filtered"], payload: { message: "filtered out" } },
  );
  await observatory.until(ids[1] ?? "", "FAILED");
  await page.goto("jobs?filter=tag%3Afiltered");
  await expect(page.getByRole("gridcell", { name: "echo" })).toBeVisible();
  await page.getByRole("button", { name: /^FAILED/ }).click();
  await expect(page).toHaveURL(/status%3AFAILED/);
  await expect(page.getByRole("gridcell", { name: "echo" })).toHaveCount(0);
  await page
    .getByRole("link", { name: /[0-9a-f]{8}~/ })
    .first()
    .click();
  await expect(page.getByRole("heading", { level: 1, name: "fail" })).toBeVisible();
  await page.goBack();
  await expect(page).toHaveURL(/status%3AFAILED/);
  await page.goBack();
  await expect(page.getByRole("gridcell", { name: "echo" })).toBeVisible();
});

test("a wrong filter is explained, and its correction offered", async ({ page }) => {
  await page.goto("jobs?filter=staus%3AFAILED");
  await expect(page.getByText(/staus/).first()).toBeVisible();
  await page
    .getByRole("button", { name: /status/ })
    .first()
    .click();
  await expect(page).toHaveURL(/status%3AFAILED/);
});

test("new jobs gather behind a button and do not move the rows", async ({ page, observatory }) => {
  const [first = ""] = await observatory.submit({ type: "echo", tags: ["gathered"] });
  await observatory.until(first, "COMPLETED");
  await page.goto("jobs?filter=tag%3Agathered");
  await expect(page.getByRole("gridcell", { name: "echo" })).toHaveCount(1);
  await expect(page.getByLabel("Connection: live")).toBeVisible();
  await observatory.submit({ type: "echo", tags: ["gathered"] }, { type: "echo", tags: ["gathered"] });
  const button = page.getByRole("button", { name: /^(New jobs may match|\d+ new)/ });
  await expect(button).toBeVisible();
  await expect(page.getByRole("gridcell", { name: "echo" })).toHaveCount(1);
  await button.click();
  await expect(page.getByRole("gridcell", { name: "echo" })).toHaveCount(3);
});

test("marked jobs are retried together", async ({ page, observatory }) => {
  const jobs = Array.from({ length: 3 }, (_, index) => ({
    type: "fail",
    maxAttempts: 1,
    tags: ["marked"],
    payload: { message: `number ${index}` },
  }));
  const ids = await observatory.submit(...jobs);
  for (const id of ids) await observatory.until(id, "FAILED");
  await page.goto("jobs?filter=tag%3Amarked");
  await expect(page.getByRole("gridcell", { name: "FAILED" })).toHaveCount(3);
  await page
    .getByRole("checkbox", { name: /^Mark the job/ })
    .first()
    .check();
  await page
    .getByRole("checkbox", { name: /^Mark the job/ })
    .nth(1)
    .check();
  await page.getByRole("button", { name: /^Retry/ }).click();
  await page.getByRole("dialog").getByRole("button", { name: /Retry/ }).click();
  await expect
    .poll(async () => {
      const answers = ids.map(
        (id) => observatory.call("GET", "read-model", `/jobs/${id}`) as Promise<{ run: number }>,
      );
      return (await Promise.all(answers)).map((job) => job.run).sort();
    })
    .toEqual([1, 2, 2]);
});

test("a dead letter is replayed, and another one dropped", async ({ page, observatory }) => {
  const ids = await observatory.submit(
    { type: "fail", maxAttempts: 1, payload: { message: "dead one" } },
    { type: "fail", maxAttempts: 1, payload: { message: "dead two" } },
  );
  for (const id of ids) await observatory.until(id, "FAILED");
  await page.goto("dead-letters");
  await page.getByRole("row", { name: /dead one/ }).click();
  await page.getByRole("button", { name: /^(Replay|Retry)/ }).click();
  await expect
    .poll(
      async () => ((await observatory.call("GET", "read-model", `/jobs/${ids[0]}`)) as { run: number }).run,
    )
    .toBe(2);
  await page.getByRole("button", { name: "Close the dead letter" }).click();
  await page.getByRole("row", { name: /dead two/ }).click();
  await page.getByRole("button", { name: /^Drop/ }).click();
  await page.getByRole("dialog").getByRole("button", { name: /^Drop/ }).click();
  await expect(page.getByRole("row", { name: /dead two/ })).toHaveCount(0);
});

test("failures are grouped by what they have in common, and retried as a group", async ({
  page,
  observatory,
}) => {
  const jobs = Array.from({ length: 3 }, (_, index) => ({
    type: "fail",
    maxAttempts: 1,
    payload: { message: `cannot reach host 10.0.0.${index}` },
  }));
  const ids = await observatory.submit(...jobs);
  for (const id of ids) await observatory.until(id, "FAILED");
  await page.goto("failures");
  const group = page.getByRole("link", { name: /cannot reach host/ }).first();
  await expect(group).toBeVisible();
  await group.click();
  await expect(page).toHaveURL(/\/failures\/[0-9a-f]{16}$/);
  await expect(page.getByText(/3 jobs/).first()).toBeVisible();
  await page
    .getByRole("button", { name: /^Retry/ })
    .first()
    .click();
  await page.getByRole("dialog").getByRole("button", { name: /Retry/ }).click();
  for (const id of ids) {
    await expect
      .poll(async () => ((await observatory.call("GET", "read-model", `/jobs/${id}`)) as { run: number }).run)
      .toBe(2);
  }
});
