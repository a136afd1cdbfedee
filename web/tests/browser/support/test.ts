// The test function of all browser tests: one observatory per worker, and no test passes if the page reported an error.
import { expect, test as base } from "@playwright/test";
import { Observatory } from "./observatory";

interface WorkerFixtures {
  observatory: Observatory;
}

interface Fixtures {
  /** Patterns of messages on the console that the test expects. */
  expectedErrors: RegExp[];
}

export const test = base.extend<Fixtures, WorkerFixtures>({
  observatory: [
    async ({}, use) => {
      const running = process.env.ODD_OBSERVATORY;
      const observatory = running ? Observatory.attach(running) : await Observatory.start();
      await use(observatory);
      await observatory.stop();
    },
    { scope: "worker", timeout: 90_000 },
  ],
  expectedErrors: async ({}, use) => use([]),
  baseURL: async ({ observatory }, use) => use(`${observatory.url("web")}/`),
  page: async ({ page, expectedErrors }, use) => {
    const errors: string[] = [];
    page.on("pageerror", (error) => errors.push(String(error)));
    page.on("console", (message) => {
      if (message.type() === "error") errors.push(message.text());
    });
    await use(page);
    const unexpected = errors.filter((error) => !expectedErrors.some((pattern) => pattern.test(error)));
    expect(
      unexpected,
      "errors on the console of the page, among them violations of the security policy",
    ).toEqual([]);
  },
});

export { expect };
