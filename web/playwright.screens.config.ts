// The pictures of the documentation: `npm run screens` writes them to docs/images/web.
import { defineConfig } from "@playwright/test";
import tests from "./playwright.config";

export default defineConfig({ ...tests, testDir: "tests/screens" });
