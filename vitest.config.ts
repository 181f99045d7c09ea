/** What runs on any machine that has npm: no Python, no browser, no network. */
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    exclude: ["test/live/**", "test/package/**"],
    pool: "forks",
    testTimeout: 60_000,
  },
});
