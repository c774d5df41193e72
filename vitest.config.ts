import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: ["test/setup.ts"],
    testTimeout: 180_000,
    hookTimeout: 60_000,
    // Two cores are usual; journeys start a local cloud each.
    maxWorkers: 2,
  },
});
