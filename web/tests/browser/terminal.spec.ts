// The terminal page with a server whose program is the test. The console must stay free of violations of the security
// policy.
import type { Page } from "@playwright/test";
import { TerminalServer } from "./support/terminalServer";
import { expect, test } from "./support/test";

const JOB_ID = "01a22cd6-1678-73c1-a8a5-33d6d8a4626d";

test.use({ expectedErrors: [/status of (404|502)/] });

async function open(page: Page, path = "terminal"): Promise<TerminalServer> {
  const server = await TerminalServer.start(page);
  await page.goto(path);
  await expectAttached(page);
  return server;
}

const toolbar = (page: Page) => page.getByRole("toolbar", { name: "Terminal" });

async function expectAttached(page: Page): Promise<void> {
  await expect(toolbar(page)).toContainText(/(?<!not )connected/);
}

/** The text of the screen, as a screen reader gets it. */
async function expectScreen(page: Page, text: string | RegExp): Promise<void> {
  await page.getByRole("checkbox", { name: "Screen reader" }).check();
  await expect(page.locator(".xterm-accessibility-tree")).toContainText(text);
}

test("colours of every kind are drawn without inline styles", async ({ page }) => {
  const server = await open(page);
  server.write(
    "\x1b[31mred\x1b[38;5;117mindexed\x1b[38;2;1;200;3mexact\x1b[48;5;237mon grey\x1b[0m \x1b[1;4mbold\x1b[0m",
  );
  await expectScreen(page, "redindexedexacton grey bold");
});

test("keys and pasted text reach the program, and F6 leaves the terminal", async ({ page }) => {
  const server = await open(page);
  await page.keyboard.type("2?");
  await expect.poll(() => server.input).toBe("2?");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  server.write("\x1b[?2004h");
  await page.evaluate(() => {
    const data = new DataTransfer();
    data.setData("text/plain", "pasted");
    document.activeElement?.dispatchEvent(
      new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }),
    );
  });
  await expect.poll(() => server.input).toContain("pasted");
  await page.keyboard.press("F6");
  await expect(page.getByRole("button", { name: "Make it interactive" })).toBeFocused();
});

test("a refresh attaches to the same session and screen", async ({ page }) => {
  const server = await open(page);
  server.write("before the refresh");
  await page.reload();
  await expectAttached(page);
  expect(server.tickets.at(-1)).toEqual({ reconnectToken: "r".repeat(43) });
  await expectScreen(page, "before the refresh");
});

test("a lost connection is resumed where it ended", async ({ page }) => {
  const server = await open(page);
  server.write("one ");
  await expect.poll(() => server.messages.some(({ type }) => type === "acknowledge")).toBe(true);
  await server.close(1012);
  server.output += "two";
  await expect.poll(() => server.messages.filter(({ type }) => type === "attach").length).toBe(2);
  expect(server.messages.findLast(({ type }) => type === "attach")).toMatchObject({ received: 4 });
  await expectScreen(page, "one two");
});

test("the size follows the window", async ({ page }) => {
  const server = await open(page);
  await page.setViewportSize({ width: 900, height: 600 });
  await expect.poll(() => server.messages.some(({ type }) => type === "resize")).toBe(true);
});

test("after the end of the program the user can start a new session", async ({ page }) => {
  const server = await open(page);
  await server.close(4410);
  await expect(page.getByRole("alert")).toContainText("The program in the terminal has ended");
  await page.getByRole("button", { name: "Start a new session" }).click();
  await expectAttached(page);
  expect(server.tickets.at(-1)).toEqual({ mode: "read-only", view: {} });
});

test("without a server the figures are shown, and the terminal comes by itself", async ({ page }) => {
  const server = await TerminalServer.start(page);
  server.refusal = 502;
  await page.goto("terminal");
  await expect(page.getByText(/the terminal server does not answer/)).toBeVisible();
  await expect(page.getByRole("region", { name: "Figures" })).toContainText("accepted per second");
  server.refusal = 0;
  await expectAttached(page);
  await expect(page.getByRole("region", { name: "Figures" })).toHaveCount(0);
});

test("a job that the program shows opens on its page, and the page of a job in the terminal", async ({
  page,
}) => {
  const server = await open(page, `terminal?job=${JOB_ID}`);
  expect(server.tickets[0]).toEqual({ mode: "read-only", view: { view: "jobs", jobId: JOB_ID } });
  server.write(` Job 01a22cd6~626d \r\n id ${JOB_ID}`);
  await page.getByRole("link", { name: "Open job" }).click();
  await expect(page).toHaveURL(new RegExp(`jobs/${JOB_ID}$`));
});

test("a program copies to the clipboard", async ({ page, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const server = await open(page);
  server.write("\x1b]52;c;aGVsbG8=\x07");
  await expect(page.getByText("Copied from the terminal")).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe("hello");
});
