// The bars of the page. They need minutes and a quiet machine, and are not part of the tests: `npm run test:bars`.
import { defineConfig } from "@playwright/test";
import tests from "./playwright.config";

export default defineConfig({ ...tests, testDir: "tests/bars", retries: 0 });
