/** What runs on any machine that has npm: no Python, no browser, no network. */
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    exclude: ["test/live/**", "test/package/**"],
    pool: "forks",
    // By default one core of two would stay idle.
    maxWorkers: "100%",
    testTimeout: 60_000,
  },
});
