// After the server restarts, the page continues by itself: no event is missed, none is shown twice.
import { testWithOwn } from "./support/ownObservatory";
import { expect } from "./support/test";

const test = testWithOwn();

test.use({ expectedErrors: [/Failed to load resource|ERR_/] });

test("events continue without a gap or a repeat after a restart", async ({ page, observatory }) => {
  test.setTimeout(120_000);
  await page.goto("events?type=job.created");
  await expect(page.getByLabel("Connection: live")).toBeVisible();
  const before = await observatory.submit(...Array.from({ length: 10 }, () => ({ type: "echo" })));
  await expect(page.getByRole("gridcell", { name: "job.created" })).toHaveCount(10);
  let during: string[] = [];
  await observatory.restart(async () => {
    await expect(page.getByLabel("Connection: live")).toHaveCount(0);
  });
  during = await observatory.submit(...Array.from({ length: 5 }, () => ({ type: "echo" })));
  await expect(page.getByLabel("Connection: live")).toBeVisible({ timeout: 30_000 });
  const after = await observatory.submit(...Array.from({ length: 5 }, () => ({ type: "echo" })));
  await expect(page.getByRole("gridcell", { name: "job.created" })).toHaveCount(20);
  const links = page.getByRole("grid").getByRole("link");
  const shown = await links.evaluateAll((all) =>
    all.map((link) => link.getAttribute("href")?.split("/").pop()),
  );
  expect(shown.toSorted()).toEqual([...before, ...during, ...after].toSorted());
});

test("events are in order when the list is loaded while the stream is away", async ({
  page,
  observatory,
}) => {
  test.setTimeout(120_000);
  const submit = (count: number): Promise<string[]> =>
    observatory.submit(...Array.from({ length: count }, () => ({ type: "echo" })));
  await submit(1);
  await page.goto("events?type=job.created");
  await expect(page.getByLabel("Connection: live")).toBeVisible();
  const stream = "**/events/stream*";
  await page.route(stream, (route) => route.abort());
  await observatory.restart(async () => {
    await expect(page.getByLabel("Connection: live")).toHaveCount(0);
  });
  // More than a page of the list has, so that the stream continues below it.
  await submit(600);
  await expect(page.getByText(/^200 events, and older ones/)).toBeVisible({ timeout: 30_000 });
  await page.unroute(stream);
  await expect(page.getByLabel("Connection: live")).toBeVisible({ timeout: 30_000 });
  const [last] = await submit(1);
  await expect(page.getByText(/^201 events, and older ones/)).toBeVisible();
  const grid = page.getByRole("grid");
  await expect(grid.getByRole("link").first()).toHaveAttribute("href", new RegExp(`${last}$`));
  const times = await grid
    .locator("time")
    .evaluateAll((all) => all.map((time) => time.getAttribute("datetime") ?? ""));
  expect(times).toEqual(times.toSorted().reverse());
});

test("figures are marked as stale while the server is away, and fresh again later", async ({
  page,
  observatory,
}) => {
  test.setTimeout(120_000);
  await page.goto("queues");
  await expect(page.getByRole("heading", { name: "Queues", exact: true })).toBeVisible();
  await observatory.restart(async () => {
    await expect(page.getByText("◌ Stale").first()).toBeVisible({ timeout: 30_000 });
  });
  await expect(page.getByText("◌ Stale")).toHaveCount(0, { timeout: 45_000 });
});
