// Sign-in with an API token, and what each role is offered and allowed.
import type { Observatory, Role } from "./support/observatory";
import { testWithOwn } from "./support/ownObservatory";
import { expect } from "./support/test";

const test = testWithOwn({ withTokens: true });

test.use({ expectedErrors: [/status of (401|403)/] });

async function signIn(page: import("@playwright/test").Page, token: string): Promise<void> {
  await page.goto("");
  await page.getByLabel("API token").fill(token);
  await page.getByRole("button", { name: "Sign in" }).click();
}

const tokenOf = (observatory: Observatory, role: Role): string => observatory.tokens[role] ?? "";

test("a wrong token is refused, and the reason is shown", async ({ page }) => {
  await signIn(page, "not-a-token");
  await expect(page.getByRole("alert")).toContainText("token");
  await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
});

test("an operator signs in, stays signed in after a reload, and signs out", async ({ page, observatory }) => {
  await signIn(page, tokenOf(observatory, "operate"));
  await expect(page.getByRole("heading", { name: "Overview" })).toBeVisible();
  await page.reload();
  await expect(page.getByRole("link", { name: "New job" })).toBeVisible();
  await page.getByRole("button", { name: /Sign out/ }).click();
  await expect(page.getByLabel("API token")).toBeVisible();
  const status = await page.evaluate(async () => (await fetch("api/read-model/stats")).status);
  expect(status).toBe(401);
});

test("the token is in a cookie that scripts cannot read, and nowhere else", async ({
  page,
  context,
  observatory,
}) => {
  const token = tokenOf(observatory, "operate");
  await signIn(page, token);
  await expect(page.getByRole("heading", { name: "Overview" })).toBeVisible();
  const readable = await page.evaluate(() =>
    [document.cookie, JSON.stringify(localStorage), JSON.stringify(sessionStorage), location.href].join(),
  );
  expect(readable).not.toContain(token);
  const cookies = await context.cookies();
  expect(cookies).toHaveLength(1);
  expect(cookies[0]).toMatchObject({
    name: `odd_session_${new URL(page.url()).port}`,
    httpOnly: true,
    sameSite: "Strict",
  });
});

test("a reader is offered no change, and the server refuses one", async ({ page, observatory }) => {
  const [id] = await observatory.submit({ type: "echo" });
  await observatory.until(id ?? "", "COMPLETED");
  await signIn(page, tokenOf(observatory, "read"));
  await expect(page.getByRole("heading", { name: "Overview" })).toBeVisible();
  await expect(page.getByRole("link", { name: "New job" })).toHaveCount(0);
  await page.goto(`jobs/${id}`);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await expect(page.getByRole("button", { name: "Retry" })).toHaveCount(0);
  const status = await page.evaluate(
    async (job) => (await fetch(`api/gateway/jobs/${job}/retry`, { method: "POST" })).status,
    id,
  );
  expect(status).toBe(403);
});

test("a caller who may only submit is offered the form, and nothing that is refused", async ({
  page,
  observatory,
}) => {
  await signIn(page, tokenOf(observatory, "submit"));
  await expect(page.getByRole("heading", { name: "New job" })).toBeVisible();
  await expect(page.getByRole("navigation").getByRole("link")).toHaveText(["New job", "Settings"]);
  await page.goto("jobs");
  await expect(page.getByText("may only submit jobs.")).toBeVisible();
});

test("a change that another site asks for is refused", async ({ page, context, observatory }) => {
  await signIn(page, tokenOf(observatory, "operate"));
  await expect(page.getByRole("heading", { name: "Overview" })).toBeVisible();
  const answer = await context.request.post(`${observatory.url("web")}/api/gateway/jobs`, {
    data: { type: "echo" },
    headers: { origin: "https://evil.example", "sec-fetch-site": "cross-site" },
  });
  expect(answer.status()).toBe(403);
});
