import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vitest/config";

export default defineConfig({
  plugins: [svelte()],
  resolve: { conditions: ["browser"] },
  test: {
    environment: "jsdom",
    include: ["src/**/*.test.ts"],
    setupFiles: ["src/testing/setup.ts"],
    restoreMocks: true,
    // Far longer than a test takes, also on a busy machine.
    testTimeout: 30_000,
    coverage: {
      provider: "v8",
      include: ["src/**/*.{ts,svelte}"],
      exclude: ["src/generated/**", "src/testing/**", "src/**/*.test.ts", "src/main.ts"],
      reporter: ["text-summary"],
      thresholds: { lines: 80, functions: 80, statements: 80 },
    },
  },
});
