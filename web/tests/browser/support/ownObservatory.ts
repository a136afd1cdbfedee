// The test function of tests that need an observatory of their own: one with other settings, or one that they restart.
import { Observatory } from "./observatory";
import { test } from "./test";

/** Returns a test function whose observatory is started with the options, and stopped after the tests of the file. */
export function testWithOwn(options: Parameters<typeof Observatory.start>[0] = {}) {
  return test.extend<object, { observatory: Observatory }>({
    observatory: [
      async ({}, use) => {
        const observatory = await Observatory.start(options);
        await use(observatory);
        await observatory.stop();
      },
      { scope: "worker", timeout: 90_000 },
    ],
  });
}
