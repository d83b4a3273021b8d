import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    root: fileURLToPath(new URL("../..", import.meta.url)),
    include: ["{codegen,generated,reference,tools,conformance-vectors}/**/*.test.ts"],
    pool: "forks",
    maxWorkers: 2,
    testTimeout: 60_000,
    passWithNoTests: false,
    // Tests with real timers, signals and child processes share CI's two cores: one more try there, none on a desk,
    // where whoever sees a test fail once can look.
    retry: process.env["CI"] === "true" ? 1 : 0,
  },
});
