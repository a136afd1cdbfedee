// The dashboard below a path of another site: every address of its pages and requests stays below that path.
import { testWithOwn } from "./support/ownObservatory";
import { expect } from "./support/test";

const PATH = "/tools/observatory";
const test = testWithOwn({ environment: { ODD_WEB_BASE_PATH: PATH } });

test("pages, requests, live events and the terminal work below a path", async ({ page, observatory }) => {
  const outside: string[] = [];
  page.on("request", (request) => {
    const { protocol, pathname } = new URL(request.url());
    if (protocol.startsWith("http") && !pathname.startsWith(`${PATH}/`)) outside.push(pathname);
  });
  const root = `${new URL(observatory.url("web")).origin}${PATH}`;
  const [id = ""] = await observatory.submit({ type: "echo", payload: { below: "a path" } });
  await observatory.until(id, "COMPLETED");

  await page.goto(`${root}/`);
  await expect(page.getByLabel("Connection: live")).toBeVisible();
  await page.getByRole("navigation").getByRole("link", { name: "Jobs", exact: true }).click();
  await expect(page).toHaveURL(`${root}/jobs`);
  await page.getByRole("gridcell", { name: "echo" }).first().click();
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(new RegExp(`${PATH}/jobs/${id}`));
  await page.reload();
  await expect(page.locator("header .status")).toHaveText(/COMPLETED/);
  await page.goBack();
  await expect(page).toHaveURL(`${root}/jobs`);

  await page.goto(`${root}/terminal`);
  await expect(page.getByRole("toolbar", { name: "Terminal" })).toContainText(/(?<!not )connected/, {
    timeout: 20_000,
  });
  expect(outside).toEqual([]);
});
